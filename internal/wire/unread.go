package wire

import "reflect"

// judged decides whether decoding goes on after the member f. The value of f
// began at i, and v is the field. end is the index behind the value, or -1 if
// the value had an error. When the value began, depth was d.depth, names was
// len(d.names), and unread was len(d.unread). member calls judged if end is -1,
// if d.odd is true or if d.unread has grown. judged decides by the first case
// of this list that applies:
//
//   - end is -1, and decoder.spares returns false. Decoding ends.
//   - end is -1, and decoder.spares returns true. judged sets d.depth to depth, cuts d.names to
//     names, sets v to zero (except if f is tagged or=, so that its other name may have set v), adds the member to d.unread and skips the value. Decoding goes on, unless decoder.skip finds an error in the value.
//   - d.odd is true, a tag of f is in d.refuse, and f.plan has no fields, because f is not a struct that is read member
//     by member. Decoding ends. The error is of KindType if f is a time.Time, and of KindSyntax otherwise. If f.plan
//     has fields, this case does not apply, because each of these fields has its own tags.
//   - In all other cases decoding goes on.
//
// If decoding goes on, judged returns the index behind the value. If decoding
// ends, it returns -1, and the error is in d.err. In every case judged puts the
// name of f in front of the JSON pointers that d.unread got since the value began.
// It does not change d.odd.
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
// caused the error in d.err. It checks five cases in this order:
//
//   - d is not within a row that has a field Unread, or this row failed before: false.
//   - The error is of KindSyntax or KindDuplicate: false.
//   - A tag of f is in d.refuse: false. A field tagged long is an exception if the error is of KindRange.
//   - d.room has less than entrySize bytes: false. The kind of the error becomes KindRange.
//   - f is tagged part: false, but only the object around f is lost.
//
// Otherwise spares returns true. In the first four cases spares sets d.tolerant to
// false, so that the whole row fails. If none of the first three cases applies,
// spares subtracts entrySize bytes from d.room.
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
