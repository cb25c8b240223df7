#ifndef TURNPIKE_CMOSQUITTO_SHIM_H
#define TURNPIKE_CMOSQUITTO_SHIM_H

#include <mosquitto.h>
#include <mqtt_protocol.h>

#endif
