package finikjournal

// May reports whether an event moves a payout from one state to another.
func May(event string, from, to State, wasSent bool, attempts int, flags Flags) bool {
	r := &row{state: from, attempts: attempts, flags: flags}
	if wasSent {
		r.firstSent = 1
	}
	return r.may(event, to)
}
