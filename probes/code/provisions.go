package code

import (
	"strconv"
	"strings"
)

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

// table are all 78 of V3.1.3, in its order: a line each, with its guideline,
// status, how it can be seen, and meaning; * marks a reported one. 5.0-1 belongs to
// none of the 13 guidelines; it stands with 2, the other duty that is met on paper.
// Clause 6 is about personal data, as guideline 8 is.
const table = `5.0-1 2 M not* The maker records why it leaves out what it leaves out
5.1-1 1 MF directly Passwords are each device's own, or chosen by its user
5.1-2 1 MF signs Passwords set at the factory cannot be worked out in bulk
5.1-2A 1 R not* Machines log in by tokens or certificates
5.1-3 1 MF directly Logins rest on sound cryptography
5.1-4 1 MF not A password is easy to change
5.1-5 1 MCF not Guessing over the network gets nowhere
5.2-1 2 M records There is a public contact for reports, with times to answer by
5.2-2 2 R not Reported flaws are acted on in time
5.2-3 2 R not The maker watches for flaws itself
5.3-1 3 RF not All its software can be updated
5.3-2 3 MC records Updates come by a way that cannot be misused
5.3-3 3 MF not Updates are simple to install
5.3-4A 3 RF signs* Updates can be made automatic
5.3-4B 3 RF not* Automatic updates are offered at set-up
5.3-5 3 RF signs It looks for updates after it starts, and regularly
5.3-6A 3 RF not* Automatic updates can be turned on, off or put off
5.3-6B 3 RF not* News of updates can be turned on and off
5.3-7 3 MF not Updates are protected by sound cryptography
5.3-8 3 MC records Updates that close holes come in time
5.3-9 3 RF not It checks that an update is genuine
5.3-10 3 MF not Updates over the network are checked by whom they come from
5.3-11 3 RC not The user is told that an update is needed, and why
5.3-12 3 RC not The user is told when an update will interrupt its work
5.3-13 3 M records The maker publishes until when there will be updates
5.3-14 3 RC records For what cannot be updated: the reason, and how it is replaced
5.3-15A 3 RC not* What cannot be updated can be kept apart from the network
5.3-15B 3 RC not* What cannot be updated can be replaced
5.3-16 3 M directly Its model name can be read, on it or from it
5.4-1 4 MF not Stored keys and passwords are protected
5.4-2 4 MF not An identity that is built in cannot be tampered with
5.4-3 4 M records No secret is written into its software
5.4-4 4 MF not Keys for updates and for its cloud are each device's own
5.5-1 5 M directly It communicates with sound cryptography
5.5-2 5 R not Its cryptography was reviewed
5.5-3 5 R not Its cryptography can be replaced
5.5-4 5 R directly Its functions are open only after a login
5.5-5 5 MF directly Settings that matter can be changed only after a login
5.5-6 5 RF signs Keys and passwords travel encrypted
5.5-7 5 MF signs They stay secret wherever it can be reached from afar
5.5-8 5 MC not The maker handles its keys with care from first to last
5.6-1 6 MF directly What is not used is switched off
5.6-2 6 M directly Strangers learn little from it
5.6-3 6 R not It has no needless sockets
5.6-4A 6 MF directly* Doors for programmers are shut or locked
5.6-4B 6 RF not* Sockets for programmers are disabled
5.6-5 6 R not Only services that are needed run
5.6-6 6 R not It holds no more code than it needs
5.6-7 6 R not Its programs have no more rights than they need
5.6-8 6 R not Its chips keep programs out of each other's memory
5.6-9 6 R not It was developed with care for security
5.7-1 7 R records It checks its software as it starts
5.7-2 7 RF signs When its software was changed it warns and keeps to itself
5.8-1 8 RF signs Personal data is protected on its way to the cloud
5.8-2 8 MF signs Sensitive personal data is so in any case
5.8-3 8 MF records Its cameras, microphones and sensors are documented
6-1 8 M not You are told what data is used, by whom and what for
6-2 8 MF not Your consent is asked for properly
6-3A 8 MF not* You can take your consent back at any time
6-3B 8 MF not* It is kept what you consented to
6-4 8 RF not What it reports holds no more personal data than needed
6-5 8 MF not You are told what it reports, to whom and what for
6-6 8 MF not* Data is limited to its purpose, and deleted after it
6-7 8 RF not* Data that is only for statistics is added up early
6-8 8 RF not* Data is stripped of names where that can be done
5.9-1 9 R not It is built to bear outages
5.9-2 9 R signs It works on without the internet and recovers after a power cut
5.9-3 9 R not It reconnects in good order
5.10-1 10 RF signs What it reports is searched for signs of trouble
5.11-1 11 M not All user data on it is easy to erase
5.11-2 11 RF not Personal data in the cloud is easy to remove
5.11-3 11 R records There are clear instructions for it
5.11-4 11 R not You are told that it is done
5.12-1 12 R signs Set-up asks for few decisions and has sound defaults
5.12-2 12 R records There is guidance for setting it up well
5.12-3 12 R not There is guidance for checking that it is
5.13-1A 13 M not* What is typed into it is checked
5.13-1B 13 M records* What reaches it over the network is checked`

// provisions are those of table.
var provisions = readTable()

func readTable() []provision {
	lines := strings.Split(table, "\n")
	list := make([]provision, len(lines))
	for i, line := range lines {
		p, of := &list[i], strings.SplitN(line, " ", 5)
		p.id, p.status, p.meaning = of[0], of[2], of[4]
		p.guideline, _ = strconv.Atoi(of[1])
		switch p.seen, p.reported = strings.CutSuffix(of[3], "*"); p.seen {
		case "signs":
			p.seen = bySigns
		case "records":
			p.seen = records
		}
	}
	return list
}
