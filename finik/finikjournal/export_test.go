package finikjournal

// Condition is what a rule asks of a payout beside its state.
type Condition = condition

// The conditions.
const (
	Always          = always
	NeverSent       = neverSent
	Sent            = sent
	First           = first
	IsContradicted  = contradicted
	EventAddForTest = eventAdd
)

// May reports whether an event moves a payout, of which some conditions hold.
func May(event string, from, to State, wasSent bool, attempts int, flags Flags) bool {
	r := &row{state: from, attempts: attempts, flags: flags}
	if wasSent {
		r.firstSent = 1
	}
	return r.may(event, to)
}
