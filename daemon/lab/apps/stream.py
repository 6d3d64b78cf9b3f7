"""A test picture by GStreamer's RTSP server, behind a login by Digest.

Usage: stream.py PORT USER PASSWORD REALM PATH
"""
import os
import sys

import gi

gi.require_version("Gst", "1.0")
gi.require_version("GstRtsp", "1.0")
gi.require_version("GstRtspServer", "1.0")
from gi.repository import GLib, Gst, GstRtsp, GstRtspServer

os.environ["GST_DEBUG"] = "rtspauth:6"
os.environ["GST_DEBUG_NO_COLOR"] = "1"
port, user, password, realm, path = sys.argv[1:]
Gst.init(None)
server = GstRtspServer.RTSPServer.new()
server.set_service(port)

auth = GstRtspServer.RTSPAuth.new()
auth.set_supported_methods(GstRtsp.RTSPAuthMethod.DIGEST)
auth.set_realm(realm)
token = GstRtspServer.RTSPToken.new()
token.set_string("media.factory.role", "viewer")
auth.add_digest(user, password, token)
server.set_auth(auth)

factory = GstRtspServer.RTSPMediaFactory.new()
factory.set_launch("( videotestsrc is-live=true ! video/x-raw,format=I420,width=160,height=120 ! jpegenc ! rtpjpegpay name=pay0 pt=26 )")
factory.add_role_from_structure(Gst.Structure.from_string("viewer, media.factory.access=true, media.factory.construct=true")[0])
for at in "/", path:
    server.get_mount_points().add_factory(at, factory)

server.attach(None)
GLib.MainLoop().run()
