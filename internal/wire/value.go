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

// value reads the value at i into v. p is the plan of v's type, and v must be
// settable. value returns the index behind the value, or -1 after an error of any
// kind; v may then be partly filled.
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
			v.Set(reflect.ValueOf(allocate(&d.decimals, x)))
		}
		return end
	case kindIntPointer:
		n, ok, end := d.int(i)
		if v.SetZero(); ok {
			v.Set(reflect.ValueOf(allocate(&d.ints, n)))
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

// object reads the object at i into v, a struct with the plan p. Three other
// values may stand in place of the object. null sets the struct to zero. If d.php
// is true, [] sets the struct to zero too. If p has a member tagged bare, a string
// or a number is read into this member. Any other valid value is an error of
// KindType. object returns the index behind the value. After an error of any kind it
// returns -1, the error is in d.err, and v may be partly filled.
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

// row reads the object at i into v, a struct with the plan p of kindRow. It sets
// the field Raw, if there is one, to a copy of the object's bytes. It sets the
// field Unread, if there is one, to the JSON pointers of the members that do not
// fit. If all members fit, row does not change Unread. decoder.object says which
// values may stand in place of the object: null, for example, sets all fields to
// zero, also Raw. row returns the index behind the value, or -1 after an error of
// any kind; v may then be partly filled.
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

// members reads the members of the object at i into the fields of v, a struct with
// the plan p. A field whose member is missing keeps its value. A member without a
// field is checked and skipped; Unread does not name it. members returns the index
// behind the object, or -1 after an error; v may then be partly filled. A name
// that occurs twice is an error of KindDuplicate, and a value that is not an
// object is one of KindType. A member may cause an error of any kind.
//
// Providers print the members of their objects in the same order each time.
// field.follow therefore guesses up to two fields that may come next. members
// compares the next name with these two before it looks the name up.
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
// index behind the value, or -1 after an error of any kind.
//
// If the value does not fit, decoder.spares decides whether this is an error. If
// it is not, member adds the JSON pointer of the member to d.unread, and sets the
// field to zero. A field with two names (wire:"or=name") is an exception: it keeps
// its value, which may come from the other name.
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
	depth, names, unread := d.depth, len(d.names), len(d.unread)
	end := d.value(f.plan, i, v)
	if end >= 0 && !d.odd && len(d.unread) == unread {
		return end
	}
	return d.judged(f, i, end, v, depth, names, unread)
}

// judged decides whether decoding goes on after the member f. The value of f began
// at i, and v is the field. end is the index behind the value, or -1 if the value
// had an error. When the value began, depth was d.depth, names was len(d.names),
// and unread was len(d.unread). member calls judged in three cases:
//
//   - d.odd is true: a string has half a surrogate pair or broken UTF-8, or a time is in an unknown layout. If a tag
//     of f is in d.refuse, this is an error: of KindType for a time, and else of KindSyntax. A struct is never
//     refused for this, because its members have their own tags. Without an error decoding goes on.
//   - end is -1. If decoder.spares returns true, judged sets v to zero (except for a field with two names), adds the
//     member to d.unread and skips the value. Decoding then goes on, unless decoder.skip finds an error in the value.
//   - d.unread has grown: members within the value did not fit. Decoding goes on.
//
// If decoding goes on, judged returns the index behind the value. Otherwise it
// returns -1, and the error is recorded in d. judged also puts the name of f in
// front of the JSON pointers that d.unread got since the value began.
func (d *decoder) judged(f *field, i, end int, v reflect.Value, depth, names, unread int) int {
	if end >= 0 && d.odd && f.rule&d.refuse != 0 && f.plan.fields == nil {
		if end = d.fail(KindSyntax, i); f.plan.kind == kindTime {
			d.err.Kind = KindType
		}
	}
	if end < 0 && d.spares(f) {
		d.depth, d.names, d.unread = depth, d.names[:names], append(d.unread[:unread], "")
		if f.rule&ruleEither == 0 {
			v.SetZero()
		}
		end = d.skip(i)
	}
	d.inside(f.name, unread)
	return end
}

// spares reports whether decoding can go on without the member f, whose value
// caused the recorded error. It returns false in five cases, checked in this
// order:
//
//   - d is not within a row that has a field Unread, or this row failed before.
//   - The error is of KindSyntax or KindDuplicate.
//   - A tag of f is in d.refuse, unless f is tagged long and the error is of KindRange.
//   - d.room has less than entrySize bytes. The error then becomes one of KindRange.
//   - f is tagged part: only the object around f is then lost.
//
// In the first four cases, d.tolerant is false afterwards, so that the whole row
// fails. In the last case, and if the result is true, spares takes entrySize bytes
// from d.room.
func (d *decoder) spares(f *field) bool {
	hard := d.err.Kind == KindSyntax || d.err.Kind == KindDuplicate
	hard = hard || f.rule&d.refuse != 0 && (f.rule&ruleLong == 0 || d.err.Kind != KindRange)
	if d.tolerant = d.tolerant && !hard; d.tolerant && !d.take(entrySize) {
		d.tolerant, d.err.Kind = false, KindRange
	}
	return d.tolerant && f.rule&rulePart == 0
}

// inside puts a slash and token in front of each JSON pointer in d.unread, from
// the index first on. All these pointers lead into one member or element. token is
// the name of this member or the index of this element. inside escapes token as a
// JSON pointer needs.
func (d *decoder) inside(token string, first int) {
	for i := first; i < len(d.unread); i++ {
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

// entrySize is about the number of bytes that an entry of a map takes in memory in
// addition to its value. The limit of memory for decoded values, decoder.room,
// counts these bytes. decoder.spares counts them for each member in Unread too.
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

// itself reads the value at i, also null, by the method UnmarshalJSON of v's type.
// v must be addressable. It returns the index behind the value, or -1 after an
// error. The error is of KindSyntax for invalid JSON; the method is then not
// called. If the method returns an error that is or wraps an *Error, the recorded
// error has the kind and the pointer of that *Error. Otherwise the recorded error
// is of KindType.
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
