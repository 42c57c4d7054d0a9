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

// plan describes how to read values of one Go type. Plans are built once per type
// and refer to each other, also in circles.
type plan struct {
	kind kind
	typ  reflect.Type
	size int   // of a value in memory
	elem *plan // of a pointer, slice or map

	// Of a struct:
	fields []field
	index  map[string]int // of fields, by name
	first  atomic.Uint32  // the fields that came first lately, as field.follow
	bare   *field         // the member that a string or a number in place of the object is

	// Of a row:
	raw    []int // index of the field for the row's own bytes; nil if there is none
	unread []int // index of the field for what did not fit; nil if everything has to fit
	refuse rule  // the rules of members that have to fit
	loose  bool  // names may repeat within unknown members
}

type kind uint8

const (
	kindString kind = iota + 1
	kindInt
	kindBool
	kindTime
	kindDecimal
	kindDecimalPointer
	kindIntPointer // *int64
	kindRaw
	kindPointer
	kindSlice
	kindMap
	kindStruct
	kindRow
	kindWhole // an int of ruleWhole
	kindJSON  // a type with UnmarshalJSON
)

// kinds are the kinds of types that have their own.
var kinds = map[reflect.Type]kind{
	reflect.TypeFor[decimal.Decimal](): kindDecimal, reflect.TypeFor[*decimal.Decimal](): kindDecimalPointer,
	reflect.TypeFor[*int64](): kindIntPointer, reflect.TypeFor[time.Time](): kindTime, reflect.TypeFor[json.RawMessage](): kindRaw,
}

// field is a member of an object.
type field struct {
	name   string
	prefix string    // "name":
	words  [3]uint64 // the same, see begins
	masks  [3]uint64 // the bits of words that count
	at     []int     // as Index of reflect.StructField
	plan   *plan
	rule   rule
	slot   uint8         // of decoder.last
	follow atomic.Uint32 // the two fields that came after it lately: indices of 16 bits, counted from 1
}

// begins reports whether text, the rest of the data, begins with f.prefix. It
// compares words without branches, because names of different lengths would make
// branches hard to predict.
func (f *field) begins(text []byte) bool {
	if len(text) < 8*len(f.words) || len(f.prefix) > 8*len(f.words) {
		return bytes.HasPrefix(text, []byte(f.prefix))
	}
	load := binary.LittleEndian.Uint64
	return (load(text)^f.words[0])&f.masks[0]|(load(text[8:])^f.words[1])&f.masks[1]|(load(text[16:])^f.words[2])&f.masks[2] == 0
}

// wordsOf returns the first 24 bytes of text as three little-endian words. A
// shorter text is filled up with zeros, and a longer one is cut.
func wordsOf(text string) (words [3]uint64) {
	var room [8 * len(words)]byte
	copy(room[:], text)
	for i := range words {
		words[i] = binary.LittleEndian.Uint64(room[8*i:])
	}
	return words
}

// maxFields limits the fields of a struct: decoder.members has a bit for each.
const maxFields = 128

var (
	plans    sync.Map // reflect.Type -> *plan, only complete ones
	rowPlans sync.Map // the same, for structs that are read as rows
)

// planOf returns the plan of t. It panics if a value of t cannot be decoded: all
// types are ours, and a test builds a plan for each.
func planOf(t reflect.Type) *plan { return planIn(&plans, t, builder.plan) }

// rowPlanOf returns the plan of t, a struct that is read as a row. Methods of t,
// such as UnmarshalJSON, do not matter. It panics as planOf does.
func rowPlanOf(t reflect.Type) *plan {
	return planIn(&rowPlans, t, func(b builder, t reflect.Type) *plan {
		p := &plan{typ: t, size: int(t.Size())}
		b.row(p)
		return p
	})
}

// planIn returns the plan of t from made. If the plan is missing, planIn makes it
// with build and stores it in made. Two goroutines may make the same plan; both
// then get the one that was stored first. A plan is stored only when it is
// complete.
func planIn(made *sync.Map, t reflect.Type, build func(builder, reflect.Type) *plan) *plan {
	p, ok := made.Load(t)
	if !ok {
		b := builder{}
		p = build(b, t)
		for t, p := range b {
			plans.LoadOrStore(t, p)
		}
		p, _ = made.LoadOrStore(t, p)
	}
	return p.(*plan) //nolint:forcetypeassert // nothing else is stored
}

// isPart reports whether t is a struct with a field tagged wire:"part" or
// wire:"or=…". Such a struct is decoded by its plan, because its own methods do
// not know these tags.
func isPart(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && slices.ContainsFunc(membersOf(t), func(m member) bool { return m.rule&(rulePart|ruleEither) != 0 })
}

// isRow reports whether t is a row: a struct with a field Unread of the type
// []string. A row is always decoded by its plan, and never by its methods, also
// inside another struct.
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

// builder holds the plans that one call of planIn has begun: types refer to each other.
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

// complete fills in p, the plan of a type without methods. It panics if the type
// is not supported.
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
