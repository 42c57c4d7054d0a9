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
// settable. value returns the index behind the value. If reading fails, value
// returns -1, an error of any kind is in d.err, and v may be partly filled.
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

// object reads the value at i into v, a struct with the plan p. It returns the
// index behind the value. object accepts these values:
//
//   - An object: its members are read into the fields of v. The other fields keep their values.
//   - null, and also [] if d.php is true: all fields of v become zero.
//   - A string or a number, if p has a member tagged bare: it is read into this member. The other fields keep their
//     values.
//
// object refuses every other value: the error is of KindType if the value is
// valid JSON, and of KindSyntax if not. If a value that object accepts cannot
// be read, the error is of any kind. With every error object returns -1, the
// error is in d.err, and v may be partly filled.
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

// row reads the value at i into v, a struct with the plan p of kindRow. It
// returns the index behind the value. If reading fails, it returns -1, an error
// of any kind is in d.err, and v may be partly filled. The value decides what
// row sets. v may lack Raw or Unread:
//
//   - An object: the members are read into the fields of v. A field whose member is missing keeps its value. Raw
//     becomes a copy of the object's bytes. Unread becomes the JSON pointers of the members that do not fit. If all
//     members fit, Unread keeps its value.
//   - null, and also [] if d.php is true: all fields become zero, also Raw and Unread.
//   - A string or a number, if p has a member tagged bare: only this member is set. All other fields keep their values,
//     also Raw and Unread.
//
// For any other value of valid JSON, the error is of KindType. If v lies within
// another row, the Unread of the outer row names the same members too.
func (d *decoder) row(p *plan, i int, v reflect.Value) int {
	outer, refuse, loose, start := d.tolerant, d.refuse, d.loose, i
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
		d.tolerant, d.refuse, d.loose, d.unread = false, refuse, loose, d.unread[:0]
	}
	return i
}

// members reads the members of the object at i into the fields of v, a struct
// with the plan p. A field whose member is missing keeps its value. A member
// without a field is checked and skipped; Unread does not name it. members
// returns the index behind the object.
//
// For a member with a field, decoder.member reads the value. If the value does
// not fit, decoder.member may set the field to zero and add the JSON pointer of
// the member to d.unread: members then goes on with the next member. If
// decoder.member returns -1, or after any other error, members returns -1, v
// may be partly filled, and the error is in d.err:
//
//   - KindSyntax: invalid JSON.
//   - KindDuplicate: a name that occurs twice in the object. Also a name that occurs twice within the value of a
//     member without a field, if d.loose is false. If d.loose is true, such a name is not an error.
//   - KindType: the value at i is valid JSON and not an object.
//   - Any kind: decoder.member has returned -1.
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

// member reads the value at i into the field f of the struct v, and returns the
// index behind the value.
//
// If the value cannot be read, or a tag of f refuses it, decoder.judged decides
// whether decoding goes on. If it goes on without the value, member sets the field
// to zero and adds the JSON pointer of the member to d.unread. A field with two
// names (wire:"or=name") is not set to zero: its value may come from the other
// name. If decoding does not go on, member returns -1, and an error of any kind is
// in d.err.
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
// v must be addressable. It returns the index behind the value. If reading fails,
// it returns -1, and an error is in d.err:
//
//   - For invalid JSON the error is of KindSyntax, and the method is not called.
//   - If the method returns an error that is or wraps an *Error, the error in d.err has the kind and the pointer of
//     that *Error.
//   - If the method returns any other error, the error in d.err is of KindType.
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
