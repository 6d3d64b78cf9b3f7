package fingerprints

import (
	"strings"

	"github.com/homesweep/homesweep/probes/lan"
)

// Brand makes a maker's name out of the many ways in which devices and address
// registries write it: "TP-LINK TECHNOLOGIES CO.,LTD." is "TP-Link". It is
// empty for words that name nobody and for the makers of radio modules, whose
// name on a device says nothing about its brand.
func Brand(name string) string {
	name = strings.Trim(lan.Printable(name, maxValue), " .,;:-_()\"'")
	words := strings.FieldsFunc(strings.ToLower(name), func(r rune) bool {
		return r == ' ' || r == ',' || r == '(' || r == ')' || r == '_' || r == '/'
	})
	for len(words) > 1 && places[words[0]] {
		words = words[1:]
	}
	if len(words) == 0 || empty[strings.Join(words, " ")] {
		return ""
	}
	for n := min(len(words), 3); n > 0; n-- {
		if brand, known := brands[strings.Trim(strings.Join(words[:n], " "), ".")]; known {
			return brand // empty for a module maker
		}
	}
	return withoutForm(name)
}

// withoutForm drops the legal form and the like from the end of a name.
func withoutForm(name string) string {
	words := strings.Fields(strings.ReplaceAll(name, ",", " "))
	for len(words) > 1 && forms[strings.ToLower(strings.Trim(words[len(words)-1], "."))] {
		words = words[:len(words)-1]
	}
	return strings.Join(words, " ")
}

// forms are the last words of a company's name that a brand goes without.
var forms = set("inc", "incorporated", "ltd", "limited", "co", "corp", "corporation", "company",
	"gmbh", "ag", "kg", "llc", "b.v", "bv", "n.v", "nv", "s.a", "sa", "s.r.l", "srl", "s.p.a", "spa",
	"ab", "oy", "a/s", "as", "aps", "plc", "pty", "sas", "kk", "technologies", "technology", "electronics", "international")

// places are first words that tell where a maker sits, not who it is.
var places = set("hangzhou", "zhejiang", "shenzhen", "beijing", "shanghai", "guangzhou", "guangdong",
	"hefei", "nanjing", "xiamen", "royal", "seiko", "the")

// moduleMakers sell the radio or the board inside other makers' devices.
var moduleMakers = []string{
	"espressif", "tuya", "realtek", "realtek semiconductor", "murata", "azurewave", "hon hai", "foxconn",
	"liteon", "lite-on", "ampak", "broadcom", "mediatek", "ralink", "qualcomm", "atheros", "marvell",
	"texas instruments", "universal global", "hi-flying", "high-flying", "beken", "bouffalo",
	"silicon laboratories", "silabs", "nordic semiconductor", "fn-link", "ai-link", "sichuan ai-link",
	"gaoshengda", "hui zhou", "chongqing fugui", "fugui", "cloud network", "compal", "wistron", "pegatron",
	"quanta", "microchip", "winner micro", "intel", "altobeam", "quectel", "lg innotek",
	"samsung electro-mechanics", "samsung electro mechanics", "alpsalpine", "alps", "mitsumi", "taiyo yuden",
	"wnc", "wistron neweb", "cybertan", "bilian", "tianyi comheart", "taicang", "icomm", "rf-link",
	"universal global scientific", "earda", "inventec", "flextronics", "celestica", "luxshare", "mxchip",
	"seekwave", "telink", "barrot", "asix", "cypress", "infineon", "nxp", "renesas", "stmicroelectronics",
	"u-blox", "sierra wireless", "acsip", "iton", "ezurio", "laird", "cloud network technology", "goertek",
	"weifang goertek", "trolink", "redpine", "sigmastar", "wiznet", "simcom", "telit", "cypress semiconductor",
	"gaoshengda technology", "huizhou gaoshengda", "ieee registration", "private", "intel corporate", "jabil", "arduino",
	"unionman", "guangzhou shiyuan", "shiyuan", "libupnp", "portable sdk", "miniupnp", "busybox", "justin maggard", "gerbera contributors", "rygel developers", "gmediarender", "ivo clarysse", "vlc media player", "embedded",
}

// brands maps the first words of a name, in lower case, to the brand.
var brands = func() map[string]string {
	m := map[string]string{
		"tp-link": "TP-Link", "tplink": "TP-Link", "tp link": "TP-Link",
		"asus": "ASUS", "asustek": "ASUS", "asustek computer": "ASUS",
		"netgear": "NETGEAR", "d-link": "D-Link", "dlink": "D-Link", "zyxel": "Zyxel",
		"draytek": "DrayTek", "avm": "AVM", "avm berlin": "AVM", "avm audiovisuelles": "AVM",
		"mikrotik": "MikroTik", "mikrotikls": "MikroTik", "routerboard.com": "MikroTik",
		"ubiquiti": "Ubiquiti", "ubnt": "Ubiquiti", "linksys": "Linksys", "cisco-linksys": "Linksys",
		"belkin": "Belkin", "huawei": "Huawei", "zte": "ZTE", "tenda": "Tenda", "xiaomi": "Xiaomi",
		"technicolor": "Technicolor", "sagemcom": "Sagemcom", "arris": "ARRIS", "cisco": "Cisco",
		"synology": "Synology", "qnap": "QNAP", "western digital": "Western Digital", "wd": "Western Digital",
		"wdc": "Western Digital", "buffalo": "Buffalo", "buffalo.inc": "Buffalo", "asustor": "ASUSTOR",
		"hikvision": "Hikvision", "dahua": "Dahua", "dahuatech": "Dahua", "axis": "Axis", "axis communications": "Axis",
		"amcrest": "Amcrest", "foscam": "Foscam", "reolink": "Reolink", "uniview": "Uniview", "vivotek": "Vivotek",
		"mobotix": "MOBOTIX", "hanwha": "Hanwha", "samsung techwin": "Hanwha", "trendnet": "TRENDnet",
		"brother": "Brother", "brother industries": "Brother", "canon": "Canon", "epson": "Epson",
		"hp": "HP", "hewlett-packard": "HP", "hewlett packard": "HP", "hewlettpackard": "HP",
		"kyocera": "Kyocera", "kyocera mita": "Kyocera", "lexmark": "Lexmark", "xerox": "Xerox", "ricoh": "Ricoh",
		"konica minolta": "Konica Minolta", "oki": "OKI", "oki data": "OKI", "sharp": "Sharp", "zebra": "Zebra",
		"samsung": "Samsung", "lg": "LG", "lge": "LG", "sony": "Sony", "panasonic": "Panasonic",
		"philips": "Philips", "signify": "Philips", "philips lighting": "Philips", "sonos": "Sonos", "roku": "Roku",
		"google": "Google", "google inc": "Google", "apple": "Apple", "amazon": "Amazon", "amazon.com": "Amazon",
		"microsoft": "Microsoft", "denon": "Denon", "yamaha": "Yamaha", "bose": "Bose", "tcl": "TCL",
		"hewlett packard enterprise": "HPE", "motorola mobility": "Motorola", "nintendo": "Nintendo", "dell": "Dell",
		"honor device": "Honor", "oppo": "OPPO", "vivo mobile": "vivo", "realme": "realme", "oneplus": "OnePlus",
		"tecno": "TECNO", "infinix": "Infinix", "fiberhome": "FiberHome", "skyworth": "Skyworth", "hisense": "Hisense",
		"haier": "Haier", "midea": "Midea", "gd midea": "Midea", "gree": "Gree", "vestel": "Vestel", "vizio": "Vizio",
		"nvidia": "NVIDIA", "raspberry pi": "Raspberry Pi", "wyze": "Wyze", "arlo": "Arlo", "ecobee": "ecobee", "ezviz": "EZVIZ",
		"imou": "Imou", "lutron": "Lutron", "netatmo": "Netatmo", "lifx": "LIFX", "wiz": "WiZ", "yeelight": "Yeelight",
		"irobot": "iRobot", "roborock": "Roborock", "ecovacs": "ECOVACS", "dyson": "Dyson", "miele": "Miele",
		"bsh": "BSH", "robert bosch": "Bosch", "bosch": "Bosch", "honeywell": "Honeywell", "resideo": "Resideo",
		"mercusys": "Mercusys", "netis": "Netis", "edimax": "Edimax", "ruijie": "Ruijie", "h3c": "H3C", "new h3c": "H3C",
		"yealink": "Yealink", "grandstream": "Grandstream", "gigaset": "Gigaset", "devolo": "devolo", "gl technologies": "GL.iNet",
		"seagate": "Seagate", "logitech": "Logitech", "garmin": "Garmin", "gopro": "GoPro", "tesla": "Tesla", "meta platforms": "Meta",
		"tct mobile": "TCL", "vantiva": "Vantiva", "commscope": "CommScope", "toshiba": "Toshiba", "hmd global": "HMD",
		"shelly": "Shelly", "allterco": "Shelly", "ikea": "IKEA", "ikea of sweden": "IKEA", "nanoleaf": "Nanoleaf",
		"american power": "APC", "american power conversion": "APC", "apc": "APC",
	}
	for _, maker := range moduleMakers {
		m[maker] = ""
	}
	return m
}()

// brandIn finds a known brand among the first words of a model's name and
// gives the words after it. ok is false when none is known.
func brandIn(name string) (brand, rest string, ok bool) {
	words := strings.Fields(name)
	for n := min(len(words), 3); n > 0; n-- {
		brand, known := brands[strings.ToLower(strings.Join(words[:n], " "))]
		if known && brand != "" {
			return brand, strings.Join(words[n:], " "), true
		}
	}
	return "", name, false
}

func set(words ...string) map[string]bool {
	m := make(map[string]bool, len(words))
	for _, w := range words {
		m[w] = true
	}
	return m
}
