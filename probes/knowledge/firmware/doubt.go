package firmware

import "github.com/homesweep/homesweep/probes/lan"

// Advice for those whom we cannot tell, a row's own would say too much, and for
// boxes that are not their owner's to update.
const (
	lookUpVersion     = "Look up the version in the maker's app or the device's settings, and install what updates are offered there."
	readLabel         = "Read the hardware version and the country on the label under the device, and look them up on the maker's support page."
	updateOther       = "Update that software from its own settings page."
	leaveOn           = "Leave it switched on overnight, and look for an update in its settings if it still shows this version after a week."
	askProvider       = "This box comes from your internet provider, who updates it. Ask them for the update, or for a newer box."
	askProviderNewer  = "This box comes from your internet provider, and its maker no longer mends it. Ask them for a newer box."
	askProviderToSwap = "This box comes from your internet provider, and no update will close the hole. Ask them for a newer box."
)

// advice is what the owner can do.
func (j *judgement) advice() string {
	switch program := j.row.Kind == Component; {
	case j.reason == closed, j.reason == supported, j.reason == distributionBuilt:
		return ""
	case j.reason == otherProgram:
		return updateOther
	case j.reason == noRevision, j.reason == noRegion, j.reason == modelGuessed:
		return readLabel
	case j.reason == noVersion, j.reason == noLine, j.reason == incomparable:
		if program {
			return ""
		}
		return lookUpVersion
	case j.reason == updating:
		return leaveOn
	case !j.provider || !j.verdict.Problem():
	case j.reason == supportEnded:
		return askProviderNewer
	case j.row.NoFix:
		return askProviderToSwap
	default:
		return askProvider
	}
	return j.row.Advice
}

// doubt is why r cannot decide whatever the version is, noRow when it can.
func (r *Row) doubt(d *lan.Device, f fit) reason {
	switch {
	case f == foreign:
		return otherProgram
	case f == unknownRevision:
		return noRevision
	case f == unknownRegion:
		return noRegion
	case r.guessed(d):
		return modelGuessed
	}
	return r.unsettled()
}

// unsettled is why r's fact alone decides nothing, noRow when it does.
func (r *Row) unsettled() reason {
	switch {
	case r.VerdictCap == "unknown":
		return sourcesDisagree
	case !r.Verified || r.Confidence == "weak":
		return unconfirmed
	}
	return noRow
}

// sure reports whether value is what the device itself said of field, clearly.
// A vendor read from the hardware address or typed by the owner is not.
func sure(d *lan.Device, field, value string) bool {
	for _, f := range d.Identity {
		if f.Field == field && f.Value == value && f.Source != "oui" && f.Source != "owner" && f.Confidence >= 0.8 {
			return true
		}
	}
	return false
}

// guessed reports whether what r goes by, the model or else the software, is too
// weak a conclusion to judge by: read from the hardware address, or with less than
// even odds.
func (r *Row) guessed(d *lan.Device) bool {
	field, value := lan.FieldModel, d.Model
	if r.model == nil {
		field, value = lan.FieldFirmware, d.Firmware
	}
	weak := false
	for _, f := range d.Identity {
		if f.Field != field || f.Value != value {
			continue
		}
		if f.Source != "oui" && f.Confidence >= 0.5 {
			return false
		}
		weak = true
	}
	return weak
}

// What internet providers call themselves, and the boxes that they hand out.
var (
	providers = form(`(?i)\b(?:orange|sky uk|bskyb|british telecom|virgin media|vodafone|telekom|iliad|free sas|sfr|bouygues|xfinity|comcast|at&t|verizon|spectrum|rogers|telus|telstra|optus|ziggo|kpn|proximus|telenet|swisscom|salt|sunrise|movistar|telef[oó]nica|telia|telenor|tele2|plusnet|talktalk|o2|fastweb|a1 telekom|magenta|t-mobile|singtel|jio)\b`)
	boxes     = form(`(?i)\b(?:livebox|sky (?:hub|q)|(?:bt |ee )?(?:smart|home) hub|super ?hub|virgin media|vodafone|speedport|freebox|bbox|xfinity|fios|tim hub|connect box|connectbox|homebox|internet-box|genexis|jiofiber)\b`)
)

// provided reports whether d looks like a router that an internet provider hands
// out and updates.
func provided(d *lan.Device) bool {
	return d.Kind == "router" && (providers().MatchString(d.Vendor) || boxes().MatchString(d.Model))
}
