package paginate

import "iter"

// InOrder iterates over the rows of an answer in the order of the answer. For each
// row it yields two pointers: a good row and nil, or nil and a bad row. index
// returns the position of a bad row in the answer, counted from 0. good must be in
// the order of the answer, and bad must be sorted by index. If bad is not sorted,
// each row still comes once, but in a wrong order.
func InOrder[T, B any](good []*T, bad []B, index func(B) int) iter.Seq2[*T, *B] {
	return func(yield func(*T, *B) bool) {
		good, bad := good, bad
		for i := 0; len(good)+len(bad) > 0; i++ {
			var g *T
			var b *B
			if len(good) == 0 || len(bad) > 0 && index(bad[0]) == i {
				b, bad = &bad[0], bad[1:]
			} else {
				g, good = good[0], good[1:]
			}
			if !yield(g, b) {
				return
			}
		}
	}
}

// Keep returns the rows whose flag in fresh is true, in their order. Each row of
// rows is a pair of pointers, of which one is nil. A row with a *T goes to good,
// and a row with a *B to bad. fresh has one flag for each row, in the order of
// rows. Missing flags count as false, so a nil fresh keeps none. A result without
// rows is nil.
func Keep[T, B any](rows iter.Seq2[*T, *B], fresh []bool) (good []*T, bad []B) {
	i := 0
	for g, b := range rows {
		switch {
		case i >= len(fresh) || !fresh[i]:
		case g != nil:
			good = append(good, g)
		default:
			bad = append(bad, *b)
		}
		i++
	}
	return good, bad
}
