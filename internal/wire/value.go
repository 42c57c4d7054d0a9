package wire

import (
	"bytes"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strconv"
	"time"

	"github.com/govalues/decimal"
)

// value reads the value at i into v by the plan p of v's type. v must be
// settable. It returns the index behind the value. After an error, which may be of
// any kind, it returns -1, and v may be partly filled.
func (d *decoder) value(p *plan, i int, v reflect.Value) int {
	switch p.kind {
	case kindString:
		text, end := d.string(i, 0)
		v.SetString(text)
		return end
	case kindInt:
		n, _, end := d.int(i)
		if v.OverflowInt(n) {
			return d.fail(KindRange, i)
		}
		v.SetInt(n)
		return end
	case kindBool:
		is, end := d.bool(i)
		v.SetBool(is)
		return end
	case kindTime:
		return d.time(i, addr[time.Time](v))
	case kindDecimal:
		x, _, end := d.decimal(i)
		*addr[decimal.Decimal](v) = x
		return end
	case kindDecimalPointer:
		x, ok, end := d.decimal(i)
		if v.SetZero(); ok {
			v.Set(reflect.ValueOf(lying(&d.decimals, x)))
		}
		return end
	case kindIntPointer:
		n, ok, end := d.int(i)
		if v.SetZero(); ok {
			v.Set(reflect.ValueOf(lying(&d.ints, n)))
		}
		return end
	case kindRaw:
		return d.raw(i, addr[json.RawMessage](v))
	case kindPointer:
		return d.pointer(p, i, v)
	case kindSlice:
		return d.slice(p, i, v)
	case kindMap:
		return d.mapping(p, i, v)
	case kindStruct:
		return d.object(p, i, v)
	case kindRow:
		return d.row(p, i, v)
	case kindWhole:
		n, end := d.whole(i)
		v.SetInt(n)
		return end
	}
	return d.itself(i, v)
}

func addr[T any](v reflect.Value) *T {
	p, _ := v.Addr().Interface().(*T)
	return p
}

// object reads the object at i into v, a struct with the plan p. null sets the
// struct to zero, and so does [] if d.php is true. If p has a member tagged bare,
// a string or a number in place of the object becomes that member. A value of
// another kind is an error of KindType. object returns the index behind the value,
// or -1 after an error of any kind.
func (d *decoder) object(p *plan, i int, v reflect.Value) int {
	if end := d.empty(i); end > 0 {
		v.SetZero()
		return end
	}
	if p.bare != nil && i < len(d.data) && (d.data[i] == '"' || d.data[i] == '-' || isDigit(d.data[i])) {
		return d.value(p.bare.plan, i, v.FieldByIndex(p.bare.at))
	}
	return d.members(p, i, v)
}

// row reads the object at i into v, a row: a struct with the plan p, which
// rowPlanOf made or whose kind is kindRow. It sets the field Raw, if there is
// one, to a copy of the object's bytes. It sets the field Unread, if there is
// one, to the JSON pointers of the members that do not fit; Unread is not changed
// if all fit. null sets the row to zero. row returns the index behind the value,
// or -1 after an error.
func (d *decoder) row(p *plan, i int, v reflect.Value) int {
	outer, start := d.tolerant, i
	if !outer && p.unread != nil {
		d.tolerant, d.refuse, d.loose = true, p.refuse, p.loose
	}
	from := len(d.unread)
	i = d.object(p, i, v)
	if i >= 0 && p.raw != nil && d.data[start] == '{' {
		made := make([]byte, i-start) // bytes.Clone would clear the rest of a larger block
		copy(made, d.data[start:i])
		v.FieldByIndex(p.raw).SetBytes(made)
	}
	if i >= 0 && len(d.unread) > from {
		v.FieldByIndex(p.unread).Set(reflect.ValueOf(slices.Clone(d.unread[from:])))
	}
	if !outer {
		d.tolerant, d.unread = false, d.unread[:0]
	}
	return i
}

// members reads the members of the object at i into the fields of v, a struct
// with the plan p. A field whose member is missing keeps its value. members
// returns the index behind the object, or -1 after an error. A name that occurs
// twice is an error of KindDuplicate; other errors are of any kind.
//
// Providers print the members of their objects in the same order each time.
// members therefore first tries the name that followed the member before in
// earlier objects.
func (d *decoder) members(p *plan, i int, v reflect.Value) int {
	var seen [maxFields / 64]uint64
	others := distinct{base: len(d.names)}
	follow, known := &p.first, uint32(len(p.fields)) //nolint:gosec // at most maxFields
	i, more := d.open(i, '{')
	for more {
		at, start, guess := -1, i, follow.Load()
		if g := guess&0xffff - 1; g < known && p.fields[g].begins(d.data[i:]) {
			at = int(g)
		} else if g := guess>>16 - 1; g < known && p.fields[g].begins(d.data[i:]) {
			at = int(g)
		}
		if at >= 0 {
			i = skipSpace(d.data, i+len(p.fields[at].prefix))
		} else {
			var name []byte
			if name, i = d.name(i); i < 0 {
				return i
			}
			if known, ok := p.index[string(name)]; ok {
				at = known
				follow.Store(guess<<16 | uint32(at+1)) //nolint:gosec // at most maxFields
			} else if !others.add(d, name) {
				return d.fail(KindDuplicate, start)
			}
		}
		if at < 0 && d.loose {
			i = d.raw(i, new(json.RawMessage))
		} else if at < 0 {
			i = d.skip(i)
		} else {
			f := &p.fields[at]
			follow = &f.follow
			if bit := uint64(1) << (at % 64); seen[at/64]&bit != 0 {
				i = d.fail(KindDuplicate, start)
			} else {
				seen[at/64] |= bit
				i = d.member(f, i, v)
			}
			if i < 0 {
				return d.under(f.name)
			}
		}
		if i < 0 {
			return i
		}
		i, more = d.next(i, '}')
	}
	others.done(d)
	return i
}

// member reads the value at i into the field f of the struct v. It returns the
// index behind the value, or -1 after an error. Within a row (d.tolerant), a value
// that does not fit is not an error if the tags of f allow that. The member's JSON
// pointer is then added to d.unread, and the field is zero; a field with two
// names keeps its value.
func (d *decoder) member(f *field, i int, v reflect.Value) int {
	for _, at := range f.at {
		v = v.Field(at)
	}
	d.odd = false
	if f.plan.kind == kindString {
		text, end := d.string(i, f.slot)
		if f.rule&ruleEither == 0 || text != "" && (f.rule&ruleOther == 0 || v.Len() == 0) {
			v.SetString(text)
		}
		if end >= 0 && !d.odd {
			return end
		}
		return d.judged(f, i, end, v, d.depth, len(d.names), len(d.unread))
	}
	depth, names, from := d.depth, len(d.names), len(d.unread)
	end := d.value(f.plan, i, v)
	if end >= 0 && !d.odd && len(d.unread) == from {
		return end
	}
	return d.judged(f, i, end, v, depth, names, from)
}

// judged decides whether decoding goes on after the member f, whose value began
// at i. It is called in three cases: the value had an odd character or time and
// ends at end; the value did not fit, an error is recorded and end is -1; or only
// members within the value did not fit. v is the member's field. depth, names and
// from are d.depth, len(d.names) and len(d.unread) from before the value.
//
// If decoding goes on, judged returns the index behind the value. A value that
// did not fit is then zero in v (except for a field with two names) and named in
// d.unread. Otherwise judged returns -1 with an error: the tags of f refuse the
// odd character, decoder.spares returned false, or the value is not valid JSON.
func (d *decoder) judged(f *field, i, end int, v reflect.Value, depth, names, from int) int {
	if end >= 0 && d.odd && f.rule&d.refuse != 0 && f.plan.fields == nil {
		if end = d.fail(KindSyntax, i); f.plan.kind == kindTime {
			d.err.Kind = KindType
		}
	}
	if end < 0 && d.spares(f) {
		d.depth, d.names, d.unread = depth, d.names[:names], append(d.unread[:from], "")
		if f.rule&ruleEither == 0 {
			v.SetZero()
		}
		end = d.skip(i)
	}
	d.inside(f.name, from)
	return end
}

// spares reports whether decoding can go on without the member f, whose value
// caused the recorded error. It returns false in these cases:
//
//   - d is not within a row that has a field Unread.
//   - The error is of KindSyntax or KindDuplicate.
//   - A tag of f is in d.refuse, unless f is tagged long and the error is of KindRange.
//   - The memory for decoded values is used up; the error then becomes one of KindRange.
//   - f is tagged part: only the object around f is then lost.
//
// In all cases except the last, d.tolerant becomes false, so that the whole row
// fails. For a member that can be lost, spares takes entrySize bytes from d.room.
func (d *decoder) spares(f *field) bool {
	hard := d.err.Kind == KindSyntax || d.err.Kind == KindDuplicate
	hard = hard || f.rule&d.refuse != 0 && (f.rule&ruleLong == 0 || d.err.Kind != KindRange)
	if d.tolerant = d.tolerant && !hard; d.tolerant && !d.take(entrySize) {
		d.tolerant, d.err.Kind = false, KindRange
	}
	return d.tolerant && f.rule&rulePart == 0
}

// inside puts token in front of each JSON pointer in d.unread[from:]. token is
// the name of the member, or the index of the element, that holds them. inside
// escapes it.
func (d *decoder) inside(token string, from int) {
	for i := from; i < len(d.unread); i++ {
		d.unread[i] = "/" + escapeToken(token) + d.unread[i]
	}
}

func (d *decoder) raw(i int, to *json.RawMessage) int {
	end, ok := skipValue(d.data, i, d.depth)
	if !ok {
		return d.fail(KindSyntax, end)
	}
	if *to = nil; d.data[i] != 'n' {
		*to = bytes.Clone(d.data[i:end])
	}
	return end
}

func (d *decoder) pointer(p *plan, i int, v reflect.Value) int {
	if d.null(i) {
		v.SetZero()
		return i + 4
	}
	if v.IsNil() {
		v.Set(reflect.New(p.elem.typ))
	}
	return d.value(p.elem, i, v.Elem())
}

func (d *decoder) slice(p *plan, i int, v reflect.Value) int {
	v.SetZero()
	if d.null(i) {
		return i + 4
	}
	i, more := d.open(i, '[')
	if i >= 0 && !more {
		v.Set(reflect.MakeSlice(p.typ, 0, 0))
	}
	for n := 0; more; n++ {
		from := len(d.unread)
		if !d.take(p.elem.size) {
			return d.fail(KindRange, i)
		}
		if n == v.Cap() {
			v.Grow(1)
		}
		v.SetLen(n + 1)
		if i = d.value(p.elem, i, v.Index(n)); i < 0 {
			return d.under(strconv.Itoa(n))
		}
		if len(d.unread) > from {
			d.inside(strconv.Itoa(n), from)
		}
		i, more = d.next(i, ']')
	}
	return i
}

// entrySize is about how many bytes of memory an entry of a map takes in addition
// to its value. The limit of decoded memory counts it.
const entrySize = 64

func (d *decoder) mapping(p *plan, i int, v reflect.Value) int {
	if end := d.empty(i); end > 0 {
		v.SetZero()
		return end
	}
	v.Set(reflect.MakeMap(p.typ))
	from := len(d.unread)
	i, more := d.open(i, '{')
	for more {
		start := i
		name, next := d.name(i)
		if next < 0 {
			return next
		}
		if !d.take(p.elem.size + entrySize) {
			return d.fail(KindRange, start)
		}
		key := reflect.ValueOf(string(name)).Convert(p.typ.Key())
		if v.MapIndex(key).IsValid() {
			return d.fail(KindDuplicate, start)
		}
		value := reflect.New(p.elem.typ).Elem()
		if i = d.value(p.elem, next, value); i < 0 {
			d.err.Pointer = "" // the provider chose the name
			return i
		}
		if len(d.unread) > from {
			d.unread = append(d.unread[:from], "")
		}
		v.SetMapIndex(key, value)
		i, more = d.next(i, '}')
	}
	return i
}

// itself reads the value at i, also null, by the method UnmarshalJSON of v's
// type. v must be addressable. It returns the index behind the value, or -1 after
// an error. The error is of KindSyntax for invalid JSON; the method is then not
// called. An error of the method is an error of KindType, unless it is or wraps an
// *Error: its kind and pointer are then kept.
func (d *decoder) itself(i int, v reflect.Value) int {
	end, ok := skipValue(d.data, i, d.depth)
	if !ok {
		return d.fail(KindSyntax, end)
	}
	u, _ := v.Addr().Interface().(json.Unmarshaler)
	if err := u.UnmarshalJSON(d.data[i:end:end]); err != nil {
		d.fail(KindType, i)
		var e *Error
		if errors.As(err, &e) {
			d.err = Error{Kind: e.Kind, Offset: e.Offset + int64(i), Pointer: e.Pointer}
		}
		return -1
	}
	return end
}
