package firmware

// schemes are the known ones by the name that a row gives. The samples are what
// devices and advisories of that family write.
var schemes = map[string]scheme{
	// Cameras and their recorders.
	"hikvision": {read: hikvision},
	"dahua":     {read: dahua},
	// "5.51.7.3", "9.80.3.9", "10.12.240": each long-term track gets the fixes under
	// numbers of its own.
	"axis": {read: layout(`(\d+\.\d+)(?:\.(\d+(?:\.\d+)?))?`, "tn")},
	// "v3.0.0.136_20121112", "v3.1.0.2831_23102509_v1.0.0.31", at first "v1.0.227_16112401":
	// build, then its day and hour.
	"reolink": {read: layout(`v?(\d+\.\d+\.\d+(?:\.\d+)?)(?:_(\d{6})(\d{2,4})(?:_v[\d.]+)?)?`, "ndn")},
	// "4.36.8.32": the first two numbers are the camera, v2 is 4.9, v3 is 4.36.
	"wyze": {read: layout(`(\d+\.\d+)\.(\d+\.\d+)`, "tn")},
	// "1.11.1.8_2.72.1.32": of the system, then of its application.
	"foscam": {read: layout(`v?(\d+\.\d+\.\d+\.\d+)(?:[ _/-]+(\d+\.\d+\.\d+\.\d+))?`, "nn")},
	// "v2.02", "1.20c".
	"edimax": {read: layout(`v?(\d+\.\d+(?:\.\d+){0,2})([a-z])?`, "nl")},

	// Routers and access points.
	"tplink":       {read: tplink, agree: true},
	"tplink-build": {read: tplinkBuild},
	"asus":         {read: asus},
	"netgear":      {read: netgear},
	"dlink":        {read: dlink},
	"zyxel":        {read: zyxel},
	// Zyxel's firewalls, "V4.60(ABFW.1)C0", in advisories "4.60 Patch 1": the letters
	// are the model, and the number is common to all.
	"zld":      {read: layout(`(?:zld ?)?v?(\d+\.\d+)(?:(?:\([a-z]{4}\.| patch ?)(\d+)\)?)?(?:c0)?(?:_[\d-]+)?`, "nn")},
	"mikrotik": {read: mikrotik},
	"huawei":   {read: huawei, loose: true},
	// "154.07.57", to its owner "7.57": the first number is the model. A laboratory's
	// build ("07.29-88800") is not of the line.
	"fritz": {read: layout(`(?:fritz!os:? )?(?:(\d{2,3})\.)?(\d{1,2}\.\d\d)`, "tn"), loose: true},
	// "23.05.3", "OpenWrt 22.03.0-rc4 r19302-df622768da". A snapshot has only a
	// revision, which does not tell what it holds.
	"openwrt": {read: layout(`(?:(?:openwrt|lede)(?: [a-z]+){0,2} )?v?(\d\d\.\d\d(?:\.\d{1,2})?)(-rc\d+)?(?:,? r\d+(?:[-+][0-9a-f]+)*)?(?: / luci .*)?`, "ns")},
	// "6.6.55", "XW.v6.3.11", "EdgeRouter.ER-e50.v2.0.9-hotfix.7.5622731.230712.1043":
	// the board, the number, the hotfix, the build.
	"ubiquiti": {read: layout(`(?:((?:[a-uw-z]|v[a-z])[a-z0-9]*(?:[.-](?:[a-uw-z]|v[a-z])[a-z0-9-]*){0,2})\.)?v?(\d+\.\d+\.\d+)(?:-hotfix\.(\d+))?(?:[.+](\d{3,8})(?:\.\d{6}\.\d{4})?)?`, "tnzn"), loose: true},
	// "4.4.2.1_STD", "3.9.7.2_BT": the letters are the modem's, not another fix.
	"draytek": {read: layout(`v?(\d+\.\d+\.\d+(?:\.\d+)?)(?:_(?:std|bt|mdm\d|modem\d?|annex_?[ab]|[a-z]{2}))?`, "n")},
	// "V15.03.05.19_multi_TDE01", "V1.0.0.18(10342)": the first three are the platform.
	"tenda": {read: layout(`(?:us_[a-z0-9.]+_)?v?(\d+\.\d+\.\d+)\.(\d+)(?:\((\d+)\))?(?:_[a-z0-9_]+)?`, "tnn")},
	// "1.1.42.162280", "Ver.1.0.03 (Build 14)".
	"linksys": {read: layout(`(?:ver\.? ?)?v?(\d+\.\d+\.\d+)(?:(?:\.| ?\(?build ?)(\d{1,6})\)?)?`, "nn")},
	// "eeroOS v7.1.1-1234".
	"eero": {read: layout(`(?:eeroos )?v?(\d+\.\d+\.\d+)(?:-(\d+))?`, "nn")},

	// Storage.
	"synology": {read: synology},
	"qnap":     {read: qnap},
	// "5.26.202", "04.05.00-315", of a Home "9.4.1-101".
	"wdmycloud": {read: layout(`v?(\d+\.\d+(?:\.\d+)?)(?:-(\d+))?`, "nn")},
	// "TOS 4.2.29", "TOS3_S2.0_4.2.17-2109261112".
	"terramaster": {read: layout(`(?:tos ?\d?_?(?:s2\.0_)?)?v?(\d+\.\d+\.\d+)(?:-(\d+))?`, "nn")},

	// Printers.
	"brother": {read: brother},
	// "TASAC2107AR": the product, year and week, then letters.
	"hp": {read: layout(`([a-z]{3}[a-z0-9]*?)(\d{4})([a-z]{1,2})`, "tnl")},

	// Televisions, players, loudspeakers.
	"sonos": {read: sonos},
	// "03.36.50", "6.3.3-442 (kisscurl-kinglake) - 03.36.50": by the platform.
	"webos": {read: layout(`(?:(?:webos )?(\d\d?)\.\d+\.\d+(?:-\d+)?(?: \([a-z0-9-]+\))?(?: - |, | ))?(\d?\d\.\d\d\.\d\d)`, "tn")},
	// "T-KTM2AKUC-1340.5".
	"samsung": {read: layout(`t-([a-z0-9]+)-(\d+\.\d+)`, "tn")},
	// "1.56.281627".
	"chromecast": {read: layout(`(\d+\.\d+\.\d{5,7})`, "n")},
	// "12.5.5 build 4174", "12.5.5.4174-88".
	"roku": {read: layout(`v?(\d+\.\d+\.\d+)(?:(?:\.|[ ,]+build )(\d{4,5})(?:-[0-9a-z]+)?)?`, "nn")},
	// "17.5.1 (21L580)".
	"apple": {read: layout(`(?:tvos |audioos |ios )?(\d+(?:\.\d+){1,2})(?: \(?\d+[a-z]\d+[a-z]?\)?)?`, "n")},

	// Smart-home devices.
	"kasa": {read: kasa},
	"tapo": {read: kasa},
	"hue":  {read: hue},
	// "20230913-112003/v1.14.0-gcb84623" of the first generation, "1.4.4" of later ones.
	"shelly": {read: layout(`(?:\d{8}-\d{6}/)?(v)?(\d+\.\d+\.\d+)(?:-((?:alpha|beta|rc)\.?\d*))?(?:[-@]g?[0-9a-f]{4,})?`, "tns"), loose: true},
	// "12.5.0(tasmota)", "13.1.0.2(release-sensors)".
	"tasmota": {read: layout(`v?(\d+\.\d+\.\d+(?:\.\d+)?)(?:\([a-z0-9_ -]+\))?`, "n")},
	// ESPHome and Home Assistant: "2023.3.2", "2024.6.0b1", "2024.7.0.dev20240601".
	"calver": {read: layout(`v?(20\d\d\.\d{1,2}(?:\.\d+)?)(?:[.-]?((?:dev|a|b|rc)\d*))?`, "ns")},

	// Programs that are a device's whole purpose, or a part of many.
	"octoprint": {read: layout(`v?(\d+\.\d+(?:\.\d+)?)(?:\.?((?:a|b|rc|dev)\d+))?(?:\.post(\d+))?`, "nsz")},
	"plex":      {read: layout(`(\d+\.\d+\.\d+\.\d+)(?:-[0-9a-f]{6,})?`, "n")},
	"pihole":    {read: layout(`(?:(core|web|ftl)[ :]*)?v?(\d+\.\d+(?:\.\d+)?)`, "tn")},
	"nodered":   {read: layout(`v?(\d+\.\d+\.\d+)(?:-((?:alpha|beta|rc)\.\d+))?`, "ns")},
	// "8.4p1 Debian-5", "for_Windows_8.1": p is the portable edition.
	"openssh": {read: layout(`(?:for_windows_)?(\d+\.\d+(?:\.\d+)?)(?:p(\d+))?(?:[ -].*)?`, "nn")},
	// "2020.81"; before 2011 "0.52".
	"dropbear": {read: layout(`v?(\d{4}\.\d{2,3}|0\.\d+(?:\.\d+)?)(?:[ -].*)?`, "n")},
	// "2.80", "2.90rc2", "pi-hole-v2.89+1".
	"dnsmasq": {read: layout(`(?:pi-hole-)?v?(\d\.\d+)((?:rc|test)\d+)?(?:[ +-].*)?`, "ns")},
	// "1.4.59", "1.3.3c", "0.94.14rc21", "2.4.54 (Debian)": lighttpd, nginx, Mosquitto,
	// ProFTPD, Boa, Apache, Samba.
	"unix": {read: layout(`v?(\d+(?:\.\d+){1,3})([a-z])?(?:[~-]?((?:alpha|beta|rc|pre)\.?\d*))?(?:[ +~-].*)?`, "nls")},

	// For a family of one line whose versions are a plain number and nothing else.
	"numeric": {read: numeric},
	"integer": {read: integer},
}
