// Package problems collects what is wrong with the arguments of a call, so that
// one error reports all of it.
package problems

// List holds problems. Each names an argument and the rule that it breaks.
type List []string

// If appends text if wrong is true, unless the list has the same text already.
func (l *List) If(wrong bool, text string) {
	if !wrong {
		return
	}
	for _, known := range *l {
		if known == text {
			return
		}
	}
	*l = append(*l, text)
}
