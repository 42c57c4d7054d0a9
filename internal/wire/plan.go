package wire

import (
	"bytes"
	"encoding"
	"encoding/binary"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/govalues/decimal"
)

// plan describes how to read JSON values of one Go type. [Decode] builds the plan
// of a type once and keeps it. Plans refer to each other, also in circles. Later
// only plan.first and field.follow change, atomically: plans are safe for
// concurrent use.
type plan struct {
	kind kind
	typ  reflect.Type
	size int   // bytes that a value takes in memory; 0 for kindWhole
	elem *plan // plan of what a pointer, slice or map holds; nil for other kinds

	// For a struct or row:
	fields []field        // in the order of the Go fields, then the second names
	index  map[string]int // index in fields, by JSON name
	first  atomic.Uint32  // guesses the first field of an object, in the form of field.follow
	bare   *field         // the member with ruleBare; nil if there is none

	// For a row, see the package comment:
	raw    []int // index of the field Raw, for the row's own bytes; nil if there is none
	unread []int // index of the field Unread, for what did not fit; nil if everything has to fit
	refuse rule  // a member with one of these rules has to fit
	loose  bool  // names may repeat within unknown members
}

type kind uint8

// The kinds of Go types that values are decoded into. 0 means that the plan is
// not complete yet.
const (
	kindString         kind = iota + 1 // string and named strings
	kindInt                            // signed integers of any size
	kindBool                           // bool
	kindTime                           // time.Time
	kindDecimal                        // decimal.Decimal
	kindDecimalPointer                 // *decimal.Decimal
	kindIntPointer                     // *int64
	kindRaw                            // json.RawMessage
	kindPointer                        // any other pointer
	kindSlice                          // any other slice
	kindMap                            // a map with string keys
	kindStruct                         // a struct that is not a row
	kindRow                            // a row, see the package comment
	kindWhole                          // an integer with ruleWhole
	kindJSON                           // a type with UnmarshalJSON that is none of the above
)

// kinds holds the types that are decoded in a special way, and the kind of each.
// The kind of any other type follows from its methods, its tags and its
// reflect.Kind.
var kinds = map[reflect.Type]kind{
	reflect.TypeFor[decimal.Decimal](): kindDecimal, reflect.TypeFor[*decimal.Decimal](): kindDecimalPointer,
	reflect.TypeFor[*int64](): kindIntPointer, reflect.TypeFor[time.Time](): kindTime, reflect.TypeFor[json.RawMessage](): kindRaw,
}

// field is a member of an object that a struct is decoded from. builder.members
// makes it.
type field struct {
	name   string    // the JSON name
	prefix string    // the name in quotes and a colon, as it usually begins the member
	words  [3]uint64 // the first 24 bytes of prefix, see begins
	masks  [3]uint64 // the bits of words that belong to prefix
	at     []int     // index of the Go field, for reflect.Value.FieldByIndex
	plan   *plan     // how to read the value
	rule   rule      // the words of the tag wire
	slot   uint8     // index in decoder.last; fields may share one

	// follow guesses which field comes next in an object. It holds two fields, each as its
	// index in plan.fields plus 1, or 0 for none. At first it holds the next Go field, in the
	// low 16 bits. If another field comes, that field goes to the low 16 bits, and the field
	// there goes to the high 16 bits.
	follow atomic.Uint32
}

// begins reports whether text begins with f.prefix: the name in quotes and its
// colon, with nothing between them. text is the rest of the data. If the name in
// text has escapes, or whitespace stands before the colon, begins returns false.
// For speed, begins compares 24 bytes at once, unless the prefix is longer or text
// is shorter.
func (f *field) begins(text []byte) bool {
	if len(text) < 8*len(f.words) || len(f.prefix) > 8*len(f.words) {
		return bytes.HasPrefix(text, []byte(f.prefix))
	}
	load := binary.LittleEndian.Uint64
	return (load(text)^f.words[0])&f.masks[0]|(load(text[8:])^f.words[1])&f.masks[1]|(load(text[16:])^f.words[2])&f.masks[2] == 0
}

// wordsOf returns the first 24 bytes of text as three little-endian words. If
// text is shorter, the missing bytes are zeros. Bytes after the first 24 are
// ignored.
func wordsOf(text string) (words [3]uint64) {
	var room [8 * len(words)]byte
	copy(room[:], text)
	for i := range words {
		words[i] = binary.LittleEndian.Uint64(room[8*i:])
	}
	return words
}

// maxFields is the largest number of JSON members of a struct; a member with two
// names counts twice. A struct with more members is not supported: planOf panics
// for it. decoder.members has one bit for each member.
const maxFields = 128

// plans and rowPlans keep the complete plans of the process, by reflect.Type. Nothing is
// removed from them.
var (
	plans    sync.Map // reflect.Type -> *plan, made by planOf
	rowPlans sync.Map // reflect.Type -> *plan, made by rowPlanOf: the struct is read as a row
)

// planOf returns the plan of t, which must not be nil. It builds the plan at the
// first call and keeps it. planOf panics if values of t cannot be decoded. A panic
// means a mistake in our code: all types are ours, and a test builds a plan for
// each. planOf is safe for concurrent use.
func planOf(t reflect.Type) *plan { return planIn(&plans, t, builder.plan) }

// rowPlanOf returns the plan for reading the struct type t as a row, field by
// field: see [RowsOf]. The plan does not call methods of t, such as UnmarshalJSON.
// rowPlanOf builds the plan at the first call and keeps it. It panics if t is not
// a struct or has a field that cannot be decoded. It is safe for concurrent use.
func rowPlanOf(t reflect.Type) *plan {
	return planIn(&rowPlans, t, func(b builder, t reflect.Type) *plan {
		p := &plan{typ: t, size: int(t.Size())}
		b.row(p)
		return p
	})
}

// planIn returns the plan of t from store, which is &plans or &rowPlans. If store
// has no plan of t, planIn calls build with t and an empty builder. build returns
// the plan of t, and adds to the builder a plan for each type within t. planIn
// then stores the plan of t in store. It stores the plans of the builder in the
// variable plans, also if store is &rowPlans. planIn replaces no stored plan.
//
// If two goroutines build the plan of t at the same time, only the plan that is
// stored first is used: planIn returns this plan to each of them. If build panics,
// planIn panics too and stores nothing. Thus only complete plans are stored.
func planIn(store *sync.Map, t reflect.Type, build func(builder, reflect.Type) *plan) *plan {
	p, ok := store.Load(t)
	if !ok {
		b := builder{}
		p = build(b, t)
		for t, p := range b {
			plans.LoadOrStore(t, p)
		}
		p, _ = store.LoadOrStore(t, p)
	}
	return p.(*plan) //nolint:forcetypeassert // nothing else is stored
}

// isPart reports whether t is a struct with a field tagged wire:"part" or
// wire:"or=…". t must not be nil. Such a struct is decoded field by field and not
// by its methods, which do not know these tags. For a pointer to such a struct
// isPart returns false.
func isPart(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && slices.ContainsFunc(membersOf(t), func(m member) bool { return m.rule&(rulePart|ruleEither) != 0 })
}

// isRow reports whether t is a row: a struct with a field Unread of the type
// []string. t must not be nil. A row is always decoded field by field, and never
// by its methods, also inside another struct. For a pointer to a row isRow returns
// false.
func isRow(t reflect.Type) bool {
	if t.Kind() != reflect.Struct {
		return false
	}
	unread, ok := t.FieldByName("Unread")
	return ok && unread.Type == reflect.TypeFor[[]string]()
}

func (b builder) row(p *plan) {
	if raw, ok := p.typ.FieldByName("Raw"); ok && raw.Type == reflect.TypeFor[json.RawMessage]() && raw.Tag.Get("json") == "-" {
		p.raw = raw.Index
	}
	if isRow(p.typ) {
		unread, _ := p.typ.FieldByName("Unread")
		words := unread.Tag.Get("wire")
		p.unread, p.refuse, p.loose = unread.Index, ruleStrict|ruleID, strings.Contains(words, "loose")
		if strings.Contains(words, "event") {
			p.refuse = ruleID
		}
	}
	b.members(p)
	p.kind = kindRow
}

// builder holds the plans that one call of planIn has begun, by their types. A
// plan in it may still be incomplete: a type that refers to itself finds its own
// plan here.
type builder map[reflect.Type]*plan

func (b builder) plan(t reflect.Type) *plan {
	if p, ok := plans.Load(t); ok {
		return p.(*plan)
	}
	if p := b[t]; p != nil {
		return p
	}
	p := &plan{typ: t, size: int(t.Size())}
	b[t] = p
	switch kind, known := kinds[t]; {
	case known:
		p.kind = kind
	case isRow(t):
		b.row(p)
	case isPart(t):
		b.members(p)
	case reflect.PointerTo(t).Implements(reflect.TypeFor[json.Unmarshaler]()):
		p.kind = kindJSON
	case reflect.PointerTo(t).Implements(reflect.TypeFor[encoding.TextUnmarshaler]()):
		unsupported(t)
	default:
		b.complete(p)
	}
	return p
}

// complete fills in p for the type p.typ, and adds the plans of the types within
// p.typ to b. Only builder.plan calls complete, for the types that plan does not
// handle itself: types in the variable kinds, rows, parts, and types with a method
// UnmarshalJSON or UnmarshalText never come to complete. complete does not check
// this, and ignores the methods of p.typ.
//
// These types are supported: strings, booleans, signed integers, pointers, slices,
// maps with string keys, and structs of at most maxFields members. complete panics
// for any other type, for time.Duration, and for a struct with two members of one
// name. It also panics if a type within p.typ is not supported.
func (b builder) complete(p *plan) {
	switch t := p.typ; t.Kind() {
	case reflect.String:
		p.kind = kindString
	case reflect.Bool:
		p.kind = kindBool
	case reflect.Int, reflect.Int64, reflect.Int32, reflect.Int16, reflect.Int8:
		if p.kind = kindInt; t == reflect.TypeFor[time.Duration]() {
			unsupported(t)
		}
	case reflect.Pointer:
		p.kind, p.elem = kindPointer, b.plan(t.Elem())
	case reflect.Slice:
		p.kind, p.elem = kindSlice, b.plan(t.Elem())
	case reflect.Map:
		if p.kind, p.elem = kindMap, b.plan(t.Elem()); t.Key().Kind() != reflect.String {
			unsupported(t)
		}
	case reflect.Struct:
		b.members(p)
	default:
		unsupported(t)
	}
}

func unsupported(t reflect.Type) {
	panic("wire: type " + t.String() + " is not supported")
}

func (b builder) members(p *plan) {
	members := membersOf(p.typ)
	for _, m := range members {
		if m.or != "" {
			m.name, m.rule = m.or, m.rule|ruleOther
			members = append(members, m)
		}
	}
	if len(members) > maxFields {
		unsupported(p.typ)
	}
	p.kind, p.fields, p.index = kindStruct, make([]field, len(members)), make(map[string]int, len(members))
	p.first.Store(1)
	for i, m := range members {
		f := &p.fields[i]
		f.name, f.prefix, f.at, f.plan, f.rule = m.name, `"`+m.name+`":`, m.at, b.plan(m.typ), m.rule
		f.words, f.masks = wordsOf(f.prefix), wordsOf(strings.Repeat("\xff", len(f.prefix)))
		f.slot = uint8(len(b)<<4 + i) //nolint:gosec // two fields may share a slot
		if m.rule&ruleWhole != 0 {
			f.plan = &plan{kind: kindWhole, typ: m.typ}
		}
		if m.rule&ruleBare != 0 {
			p.bare = f
		}
		if _, twice := p.index[m.name]; twice {
			unsupported(p.typ)
		}
		p.index[m.name] = i
		f.follow.Store(uint32(i + 2))
	}
}
