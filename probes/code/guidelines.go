package code

// guideline is one of the 13, with what of it stays out of sight.
type guideline struct {
	title   string // the Code's words
	meaning string // what it asks, in a household's
	none    string // why no check could be made on a device, after "We can't tell from here: "
	why     string // what cannot be seen from the network, and why
	instead string // what a person can do about that
}

// What is said of a guideline that no check looks at on a device, because it shows
// nothing to be looked at, or because that cannot be seen on any.
const (
	nothing = "it shows nothing that we could look at."
	never   = "nothing of it shows on a network."
)

// guidelines are all of them; number n stands at n-1.
var guidelines = [13]guideline{
	{
		"No default passwords",
		"Each device has a password of its own or one that you chose, and a reset brings no shared one back.",
		"we know no factory password of exactly this model, or it shows no login.",
		"We try documented factory passwords only, and never guess. Whether you chose the password yourself, and whether a reset brings a shared one back, cannot be seen.",
		"If its password is the one from its label or manual, or you are unsure, choose one that you use nowhere else.",
	}, {
		"Implement a vulnerability disclosure policy",
		"The maker says in public whom to tell about a security hole, and acts on what it is told.",
		nothing,
		"Whether there is a public contact is all we look up. How fast the maker answers and mends cannot be seen, and the brand on the box may not be who made it.",
		"If no contact is known here, look on the maker's site for \"report a vulnerability\". Your country's computer emergency team (CERT) takes reports too.",
	}, {
		"Keep software updated",
		"Updates come in time, are easy to install, and the maker says until when there will be any.",
		nothing,
		"Whether it looks for updates by itself and checks whom they come from cannot be seen.",
		"Open its app or settings, install what is offered and turn automatic updates on. The maker's site says how long your model gets any; one that gets no more belongs on a guest network.",
	}, {
		"Securely store credentials and security-sensitive data",
		"Passwords and keys are well locked away in the device, its app and its cloud, and none is built in.",
		"our list of hidden accounts says nothing of this model.",
		"What is stored inside cannot be seen. Accounts that makers hid are looked up by model and version, and never tried.",
		"Give it a password that you use nowhere else, so that one that leaks opens nothing more.",
	}, {
		"Communicate securely",
		"What is private, and all control from afar, travels encrypted and behind a login.",
		nothing,
		"Only what it offers at home was looked at. What it tells its maker's cloud, and how it keeps its keys, cannot be seen.",
		"Where its settings have a switch for encryption (HTTPS, TLS), turn it on, and set a password for all that shows or controls something.",
	}, {
		"Minimise exposed attack surfaces",
		"Doors that nobody needs are shut, and strangers are told as little as possible.",
		"none of the doors that we have a check for was met open.",
		"We knock on a list of doors, not on all. Doors that stayed silent, sockets on its case and how its software is built cannot be seen.",
		"Switch off in its settings what you don't use: access from afar, file sharing, opening ports by itself (UPnP).",
	}, {
		"Ensure software integrity",
		"It starts only its maker's own software, and notices when that was changed.",
		never,
		"Whether it checks its own software, and what it does about a change, cannot be seen.",
		"If it behaves oddly: unplug it, reset it to factory state, update it, and give it a new password.",
	}, {
		"Ensure that personal data is protected",
		"What it learns about you is protected, and you are told what it is for.",
		never,
		"We don't look into what it sends: what it knows about you, where that goes and who reads it there cannot be seen.",
		"Read the privacy page of its app and turn off what you don't need: cloud, location, microphone. Cover a camera while you are at home.",
	}, {
		"Make systems resilient to outages",
		"It goes on working at home when the internet fails, and recovers by itself after a power cut.",
		never,
		"We never cut its power or your internet to find out.",
		"The next time the internet is down, see what still works. Keep a key or a switch for what can't wait.",
	}, {
		"Monitor system telemetry data",
		"What it reports to its maker is searched for signs of trouble.",
		never,
		"That happens at its maker's, out of our sight.",
		"Sweep again now and then and compare: what is new and what nobody at home did is worth a question.",
	}, {
		"Make it easy for consumers to delete personal data",
		"When you sell it, give it away or bin it, all it knows about you can be erased with little trouble.",
		never,
		"We never delete or reset anything, so whether that works, on it and in its maker's cloud, is not known.",
		"Before you sell it, give it away or bin it, go through its checklist step by step.",
	}, {
		"Make installation and maintenance of devices easy",
		"Set-up asks for few decisions, guides you well, and leaves nothing open.",
		"it shows no set-up page and says nothing of its set-up.",
		"Only a set-up that was left unfinished shows. How many decisions it asks for, and how well it guides, cannot be seen.",
		"If you are unsure how it was set up, see that it has a password of your own, automatic updates, and a second step at the login of its account.",
	}, {
		"Validate input data",
		"Nonsense that is sent to it does it no harm.",
		never,
		"We don't attack your devices to find out. Known holes are looked up by model and version, see guideline 3.",
		"Install its updates: they mend such holes. Keep a device that gets none on a guest network.",
	},
}
