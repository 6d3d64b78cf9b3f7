package mdns

// wellKnown are the types of home devices that are asked for whether or not
// anybody lists them: some devices answer for their own type only. Names by
// IANA's service registry and the makers' developer pages.
var wellKnown = []string{
	// printers and scanners
	"_ipp._tcp", "_ipps._tcp", "_printer._tcp", "_pdl-datastream._tcp", "_uscan._tcp", "_uscans._tcp", "_scanner._tcp", "_privet._tcp",
	// television and sound
	"_googlecast._tcp", "_airplay._tcp", "_raop._tcp", "_mediaremotetv._tcp", "_touch-able._tcp", "_androidtvremote2._tcp",
	"_amzn-wplay._tcp", "_amzn-alexa._tcp", "_spotify-connect._tcp", "_sonos._tcp", "_soundtouch._tcp", "_heos-audio._tcp",
	"_musc._tcp", "_linkplay._tcp", "_viziocast._tcp", "_philipstv_rpc._tcp", "_samsungmsf._tcp", "_xbmc-jsonrpc-h._tcp",
	"_plexmediasvr._tcp", "_nvstream._tcp", "_tivo-videos._tcp", "_daap._tcp",
	// the house
	"_hap._tcp", "_hap._udp", "_homekit._tcp", "_matter._tcp", "_matterc._udp", "_matterd._udp", "_meshcop._udp",
	"_hue._tcp", "_shelly._tcp", "_esphomelib._tcp", "_wled._tcp", "_miio._udp", "_ewelink._tcp", "_nanoleafapi._tcp", "_elg._tcp",
	"_lutron._tcp", "_leap._tcp", "_home-assistant._tcp", "_hwenergy._tcp", "_enphase-envoy._tcp", "_dyson_mqtt._tcp", "_octoprint._tcp",
	// cameras
	"_axis-video._tcp", "_rtsp._tcp", "_psia._tcp",
	// computers and storage
	"_http._tcp", "_https._tcp", "_ssh._tcp", "_sftp-ssh._tcp", "_smb._tcp", "_afpovertcp._tcp", "_adisk._tcp", "_nfs._tcp",
	"_workstation._tcp", "_device-info._tcp", "_rfb._tcp", "_mqtt._tcp", "_nut._tcp",
	"_companion-link._tcp", "_apple-mobdev2._tcp", "_sleep-proxy._udp",
}

// simple are those of them that microcontrollers answer for. The small
// responders there look at the first question of a packet only, so each gets
// one of its own.
var simple = []string{
	"_http._tcp", "_hap._tcp", "_hap._udp", "_shelly._tcp", "_esphomelib._tcp", "_wled._tcp", "_hue._tcp",
	"_miio._udp", "_matterc._udp", "_ipp._tcp", "_googlecast._tcp", "_mqtt._tcp",
}
