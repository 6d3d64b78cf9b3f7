package firmware

// huawei has three forms. "V3R017C10S120": version, release, customisation, patch.
// "10.0.1.11(H302SP17C00)" and "21.328.62.00.1133": the number, and at the end for
// which provider it was made, whose builds get their fixes apart.
var huawei = either(
	layout(`v(\d+)r(\d+)c(\d+)(?:(spc|s|b)(\d+))?`, "nnntn"),
	layout(`(\d+\.\d+\.\d+\.\d+)(?:\([a-z0-9]*?(c\d{2,4})\))?`, "nt"),
	layout(`(\d\d\.\d{3}\.\d\d\.\d\d)\.(\d{2,4})`, "nt"),
)
