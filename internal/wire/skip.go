package wire

import "bytes"

// skip goes past the value at i of an unknown member. A name that repeats within
// the value is a fault. skip returns the index behind the value, or -1 after a
// fault.
func (d *decoder) skip(i int) int {
	if i == len(d.data) {
		return d.fail(KindSyntax, i)
	}
	c := d.data[i]
	if c != '[' && c != '{' {
		end, ok := skipScalar(d.data, i)
		if !ok {
			return d.fail(KindSyntax, end)
		}
		return end
	}
	names := distinct{base: len(d.names)}
	i, more := d.open(i, c)
	for more {
		if c == '{' {
			name, next := d.name(i)
			if next < 0 {
				return next
			}
			if !names.add(d, name) {
				return d.fail(KindDuplicate, i)
			}
			i = next
		}
		if i = d.skip(i); i < 0 {
			return i
		}
		i, more = d.next(i, c+2)
	}
	names.done(d)
	return i
}

// distinct finds names that repeat in one object. It keeps up to fewNames of them in
// decoder.names from base on, as a stack for nested objects, and more in a map.
type distinct struct {
	base int
	many map[string]struct{}
}

const fewNames = 12

func (s *distinct) add(d *decoder, name []byte) bool {
	if s.many == nil {
		for _, other := range d.names[s.base:] {
			if bytes.Equal(other, name) {
				return false
			}
		}
		if len(d.names)-s.base < fewNames {
			d.names = append(d.names, name)
			return true
		}
		s.many = make(map[string]struct{}, 4*fewNames)
		for _, other := range d.names[s.base:] {
			s.many[string(other)] = struct{}{}
		}
	}
	if _, ok := s.many[string(name)]; ok {
		return false
	}
	s.many[string(name)] = struct{}{}
	return true
}

func (s *distinct) done(d *decoder) { d.names = d.names[:s.base] }
