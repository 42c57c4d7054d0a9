package main

import "slices"

// spread is the median of some rounds with the lowest and the highest value.
type spread struct {
	median, low, high float64
}

func (s series) spread(of func(result) float64) spread {
	all := make([]float64, len(s.results))
	for i, r := range s.results {
		all[i] = of(r)
	}
	slices.Sort(all)
	return spread{median: (all[(len(all)-1)/2] + all[len(all)/2]) / 2, low: all[0], high: all[len(all)-1]}
}

// cpu is in CPU seconds per million operations.
func (s series) cpu() spread {
	return s.spread(func(r result) float64 { return r.cpu.Seconds() / float64(r.Operations) * 1e6 })
}

func (s series) wall() spread { return s.spread(func(r result) float64 { return r.Seconds }) }

func (s series) allocations() float64 {
	return s.spread(func(r result) float64 { return float64(r.Allocations) / float64(r.Operations) }).median
}

func (s series) heap() float64 {
	return s.spread(func(r result) float64 { return float64(r.Heap) / 1e6 }).median
}

func (s series) rss() float64 {
	return s.spread(func(r result) float64 { return float64(r.rss) / 1e6 }).median
}

// cpuOf is the median of the contender with this name.
func cpuOf(all []series, name string) float64 {
	return all[slices.IndexFunc(all, func(s series) bool { return s.name == name })].cpu().median
}
