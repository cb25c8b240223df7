import CameraLink
