#ifndef TURNPIKE_CEXPAT_SHIM_H
#define TURNPIKE_CEXPAT_SHIM_H

#include <expat.h>

#endif
