package code

// How a provision can be seen from a home's router, the words of
// lan.Provision.Seen.
const (
	directly = "directly"
	bySigns  = "by its signs"
	records  = "from records"
	not      = "not"
)

// provision is one of EN 303 645. Status is that of its table B.1: mandatory or
// recommended, on a condition (C) or where there is the feature (F). A reported
// one was introduced or split with V3 and is known from a maker's account of it
// only, not from the standard's own text.
type provision struct {
	id        string
	guideline int
	status    string
	meaning   string // in a few words of ours
	seen      string
	reported  bool
}

// secondHand marks the meaning of a reported provision.
const secondHand = " (known second-hand)"

// provisions are all 78 of V3.1.3, in its order. 5.0-1 belongs to none of the 13
// guidelines; it stands with 2, the other duty that is met on paper. Clause 6 is
// about personal data, as guideline 8 is.
var provisions = []provision{
	{"5.0-1", 2, "M", "The maker records why it leaves out what it leaves out", not, true},

	{"5.1-1", 1, "MF", "Passwords are each device's own, or chosen by its user", directly, false},
	{"5.1-2", 1, "MF", "Passwords set at the factory cannot be worked out in bulk", bySigns, false},
	{"5.1-2A", 1, "R", "Machines log in by tokens or certificates, not by passwords", not, true},
	{"5.1-3", 1, "MF", "Logins rest on sound cryptography", directly, false},
	{"5.1-4", 1, "MF", "A password is easy to change", not, false},
	{"5.1-5", 1, "MCF", "Guessing over the network gets nowhere", not, false},

	{"5.2-1", 2, "M", "There is a public contact for reports, with times to answer by", records, false},
	{"5.2-2", 2, "R", "Reported flaws are acted on in time", not, false},
	{"5.2-3", 2, "R", "The maker watches for flaws itself", not, false},

	{"5.3-1", 3, "RF", "All its software can be updated", not, false},
	{"5.3-2", 3, "MC", "Updates come by a way that cannot be misused", records, false},
	{"5.3-3", 3, "MF", "Updates are simple to install", not, false},
	{"5.3-4A", 3, "RF", "Updates can be made automatic", bySigns, true},
	{"5.3-4B", 3, "RF", "Automatic updates are offered at set-up", not, true},
	{"5.3-5", 3, "RF", "It looks for updates after it starts, and regularly", bySigns, false},
	{"5.3-6A", 3, "RF", "Automatic updates can be turned on, off or put off", not, true},
	{"5.3-6B", 3, "RF", "News of updates can be turned on and off", not, true},
	{"5.3-7", 3, "MF", "Updates are protected by sound cryptography", not, false},
	{"5.3-8", 3, "MC", "Updates that close holes come in time", records, false},
	{"5.3-9", 3, "RF", "It checks that an update is genuine", not, false},
	{"5.3-10", 3, "MF", "Updates over the network are checked by whom they come from", not, false},
	{"5.3-11", 3, "RC", "The user is told that an update is needed, and why", not, false},
	{"5.3-12", 3, "RC", "The user is told when an update will interrupt its work", not, false},
	{"5.3-13", 3, "M", "The maker publishes until when there will be updates", records, false},
	{"5.3-14", 3, "RC", "For what cannot be updated: the reason, and how it is replaced", records, false},
	{"5.3-15A", 3, "RC", "What cannot be updated can be kept apart from the network", not, true},
	{"5.3-15B", 3, "RC", "What cannot be updated can be replaced", not, true},
	{"5.3-16", 3, "M", "Its model name can be read, on it or from it", directly, false},

	{"5.4-1", 4, "MF", "Stored keys and passwords are protected", not, false},
	{"5.4-2", 4, "MF", "An identity that is built in cannot be tampered with", not, false},
	{"5.4-3", 4, "M", "No secret is written into its software", records, false},
	{"5.4-4", 4, "MF", "Keys for updates and for its cloud are each device's own", not, false},

	{"5.5-1", 5, "M", "It communicates with sound cryptography", directly, false},
	{"5.5-2", 5, "R", "Its cryptography was reviewed", not, false},
	{"5.5-3", 5, "R", "Its cryptography can be replaced", not, false},
	{"5.5-4", 5, "R", "Its functions are open only after a login", directly, false},
	{"5.5-5", 5, "MF", "Settings that matter can be changed only after a login", directly, false},
	{"5.5-6", 5, "RF", "Keys and passwords travel encrypted", bySigns, false},
	{"5.5-7", 5, "MF", "They stay secret wherever it can be reached from afar", bySigns, false},
	{"5.5-8", 5, "MC", "The maker handles its keys with care from first to last", not, false},

	{"5.6-1", 6, "MF", "What is not used is switched off", directly, false},
	{"5.6-2", 6, "M", "Strangers learn little from it", directly, false},
	{"5.6-3", 6, "R", "It has no needless sockets", not, false},
	{"5.6-4A", 6, "MF", "Doors for programmers are shut or locked", directly, true},
	{"5.6-4B", 6, "RF", "Sockets for programmers are disabled", not, true},
	{"5.6-5", 6, "R", "Only services that are needed run", not, false},
	{"5.6-6", 6, "R", "It holds no more code than it needs", not, false},
	{"5.6-7", 6, "R", "Its programs have no more rights than they need", not, false},
	{"5.6-8", 6, "R", "Its chips keep programs out of each other's memory", not, false},
	{"5.6-9", 6, "R", "It was developed with care for security", not, false},

	{"5.7-1", 7, "R", "It checks its software as it starts", records, false},
	{"5.7-2", 7, "RF", "When its software was changed it warns and keeps to itself", bySigns, false},

	{"5.8-1", 8, "RF", "Personal data is protected on its way to the cloud", bySigns, false},
	{"5.8-2", 8, "MF", "Sensitive personal data is so in any case", bySigns, false},
	{"5.8-3", 8, "MF", "Its cameras, microphones and sensors are documented", records, false},
	{"6-1", 8, "M", "You are told what data is used, by whom and what for", not, false},
	{"6-2", 8, "MF", "Your consent is asked for properly", not, false},
	{"6-3A", 8, "MF", "You can take your consent back at any time", not, true},
	{"6-3B", 8, "MF", "It is kept what you consented to", not, true},
	{"6-4", 8, "RF", "What it reports holds no more personal data than needed", not, false},
	{"6-5", 8, "MF", "You are told what it reports, to whom and what for", not, false},
	{"6-6", 8, "MF", "Data is limited to its purpose, and deleted after it", not, true},
	{"6-7", 8, "RF", "Data that is only for statistics is added up early", not, true},
	{"6-8", 8, "RF", "Data is stripped of names where that can be done", not, true},

	{"5.9-1", 9, "R", "It is built to bear outages", not, false},
	{"5.9-2", 9, "R", "It works on without the internet and recovers after a power cut", bySigns, false},
	{"5.9-3", 9, "R", "It reconnects in good order", not, false},

	{"5.10-1", 10, "RF", "What it reports is searched for signs of trouble", bySigns, false},

	{"5.11-1", 11, "M", "All user data on it is easy to erase", not, false},
	{"5.11-2", 11, "RF", "Personal data in the cloud is easy to remove", not, false},
	{"5.11-3", 11, "R", "There are clear instructions for it", records, false},
	{"5.11-4", 11, "R", "You are told that it is done", not, false},

	{"5.12-1", 12, "R", "Set-up asks for few decisions and has sound defaults", bySigns, false},
	{"5.12-2", 12, "R", "There is guidance for setting it up well", records, false},
	{"5.12-3", 12, "R", "There is guidance for checking that it is", not, false},

	{"5.13-1A", 13, "M", "What is typed into it is checked", not, true},
	{"5.13-1B", 13, "M", "What reaches it over the network is checked", records, true},
}
