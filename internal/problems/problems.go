// Package problems collects what is wrong with the arguments of a call, so that a
// caller reads all of it in one error.
package problems

// List holds problems, each naming an argument and the rule that it breaks.
type List []string

// If adds text where wrong is true, unless the list has it already.
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
