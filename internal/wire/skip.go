package wire

import "bytes"

// skip checks the JSON value at i without decoding it, and returns the index
// behind the value. Callers skip the value of a member that has no field, or a
// value that does not fit into its field. If the value is not valid, skip returns
// -1, and an error is in d.err:
//
//   - KindDuplicate: a name repeats in one object within the value.
//   - KindSyntax: invalid JSON, more than maxDepth levels, or data that ends before or within the value.
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

// distinct finds names that repeat in one object. The caller makes one distinct
// for each object, with base set to len(d.names). It calls add for each name, and
// done after the last name. add returns false if it got the same name before. Up
// to fewNames names of the object lie in d.names from base on, as on a stack. If
// the object has more names, the map many holds all of them.
type distinct struct {
	base int                 // index in decoder.names of the first name of the object
	many map[string]struct{} // all names of the object; nil while there are at most fewNames
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
