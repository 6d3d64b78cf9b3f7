package code

// guideline is one of the 13, with what of it stays out of sight.
type guideline struct {
	title   string // the Code's words
	meaning string // what it asks, in a household's
	none    string // why no check could be made on a device; empty where there are none
	why     string // what cannot be seen from the network, and why
	instead string // what a person can do about that
}

// nothing is guideline.none where there is nothing more to say.
const nothing = "It shows nothing that we could look at for this."

// guidelines are all of them; number n stands at n-1.
var guidelines = [13]guideline{
	{
		"No default passwords",
		"Each device has a password of its own or one that you chose, and a reset brings no shared one back.",
		"There was nothing to try: we know no factory password of exactly this model, or it shows no login.",
		"We try documented factory passwords only, and never guess. Whether you chose the password yourself, and whether a reset brings a shared one back, cannot be seen.",
		"If its password is the one from its label or manual, or you are unsure, choose one of your own that you use nowhere else.",
	}, {
		"Implement a vulnerability disclosure policy",
		"The maker says in public whom to tell about a security hole, and acts on what it is told.",
		nothing,
		"How fast the maker answers and mends is not ours to see, and the brand on the box may not be who made it.",
		"Look on the maker's site for \"report a vulnerability\". If nobody answers there, your country's computer emergency team (CERT) takes reports.",
	}, {
		"Keep software updated",
		"Updates come in time, are easy to install, and the maker says until when there will be any.",
		nothing,
		"Whether it looks for updates by itself and checks whom they come from cannot be seen from outside.",
		"Open its app or its settings, install what is offered and turn automatic updates on. The maker's site says until when your model gets any.",
	}, {
		"Securely store credentials and security-sensitive data",
		"Passwords and keys are well locked away in the device, its app and its cloud, and none is built in.",
		"Our list of hidden accounts says nothing of this model.",
		"What is stored inside cannot be seen from the network. An account that the maker hid is looked up by model and version, and never tried.",
		"Give it a password that you use nowhere else, so that one that leaks opens nothing more.",
	}, {
		"Communicate securely",
		"What is private, and all control from afar, travels encrypted and behind a login.",
		"It offers nothing at home that we could look at for this.",
		"Only what it offers at home was looked at. What it tells its maker's cloud, and how it keeps its keys, cannot be seen from here.",
		"Turn encryption (HTTPS, TLS) on in its settings where there is a switch, and a password for everything that shows or controls something.",
	}, {
		"Minimise exposed attack surfaces",
		"Doors that nobody needs are shut, and strangers are told as little as possible.",
		"None of the doors that we have a check for was met open. That is no proof that there is none.",
		"We knock on a list of doors, not on all. Doors that stayed silent, sockets on its case and how its software is built cannot be seen.",
		"Switch off in its settings what you don't use: access from afar, file sharing, opening ports by itself (UPnP).",
	}, {
		"Ensure software integrity",
		"It starts only its maker's own software, and notices when that was changed.",
		"",
		"Whether it checks its own software, and what it does about a change, cannot be seen from the network.",
		"If it behaves oddly: unplug it, reset it to factory state, update it, and give it a new password.",
	}, {
		"Ensure that personal data is protected",
		"What it learns about you is protected, and you are told what it is for.",
		"",
		"What it knows about you, where that goes and who reads it there cannot be seen: we don't look into what it sends.",
		"Read the privacy page of its app and turn off what you don't need: cloud, location, microphone. Cover a camera while you are at home.",
	}, {
		"Make systems resilient to outages",
		"It goes on working at home when the internet fails, and recovers by itself after a power cut.",
		"",
		"We never cut its power or your internet to find out.",
		"The next time the internet is down, see what still works. Keep a key or a switch for what can't wait.",
	}, {
		"Monitor system telemetry data",
		"What it reports to its maker is searched for signs of trouble.",
		"",
		"Whether the maker looks for signs of trouble is not ours to see.",
		"Sweep again now and then and compare: what is new and what nobody at home did is worth a question.",
	}, {
		"Make it easy for consumers to delete personal data",
		"When you sell it, give it away or bin it, all it knows about you can be erased with little trouble.",
		"",
		"We never delete or reset anything, so whether that works, on it and in its maker's cloud, cannot be seen.",
		"Before you sell it, give it away or bin it, go through its checklist step by step.",
	}, {
		"Make installation and maintenance of devices easy",
		"Set-up asks for few decisions, guides you well, and leaves nothing open.",
		"It shows no set-up page and says nothing of its set-up.",
		"How many decisions its set-up asks for, and how well it guides, cannot be seen; only a set-up that was left unfinished shows.",
		"Finish its set-up: a password of your own, automatic updates, and a second step at the login of its account.",
	}, {
		"Validate input data",
		"Nonsense that is sent to it does it no harm.",
		"",
		"We don't attack your devices to find out. Known holes are looked up by model and version, see guideline 3.",
		"Install its updates: they mend such holes. Keep a device that gets none on a guest network.",
	},
}
