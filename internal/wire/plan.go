package wire

import (
	"encoding"
	"encoding/json"
	"reflect"
	"slices"
	"strings"
	"sync"
	"sync/atomic"
	"time"

	"github.com/govalues/decimal"
)

// plan says how values of one Go type are read. Plans are built once per type
// and refer to each other, also in circles.
type plan struct {
	kind kind
	typ  reflect.Type
	size int   // of a value in memory
	elem *plan // of a pointer, slice or map

	// Of a struct:
	fields []field
	index  map[string]int // of fields, by name
	first  atomic.Uint32  // which field comes first, as field.follow
	bare   *field         // what a text or a number in place of the object is

	// Of a row:
	raw    []int // where it keeps its own bytes; nil: nowhere
	unread []int // where it names what did not fit; nil: nowhere, and then it has to fit
	refuse rule  // the members that have to fit
	loose  bool  // names may repeat within members that are not known
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
	kindJSON  // UnmarshalJSON
)

// field is a member of an object.
type field struct {
	name   string
	prefix string // "name":
	at     []int  // as of reflect.StructField
	plan   *plan
	rule   rule
	slot   uint8         // of decoder.last
	follow atomic.Uint32 // what came after it lately: two indices of 16 bits, counted from 1
}

// maxFields is how many members an object can have seen, see decoder.members.
const maxFields = 128

var (
	plans    sync.Map // reflect.Type -> *plan, complete ones
	rowPlans sync.Map // the same, of types that are rows
)

// planOf returns the plan of t. It panics where a value of t cannot be decoded:
// the types are all ours, and a test builds a plan for each.
func planOf(t reflect.Type) *plan {
	if p, ok := plans.Load(t); ok {
		return p.(*plan)
	}
	return builder{}.publish(t, &plans, builder.plan)
}

// rowPlanOf returns the plan of a struct that is a row, whatever methods it has.
func rowPlanOf(t reflect.Type) *plan {
	if p, ok := rowPlans.Load(t); ok {
		return p.(*plan)
	}
	return builder{}.publish(t, &rowPlans, func(b builder, t reflect.Type) *plan {
		p := &plan{typ: t, size: int(t.Size())}
		b.row(p)
		return p
	})
}

// isPart reports whether the tags of a struct say more than its methods do.
func isPart(t reflect.Type) bool {
	return t.Kind() == reflect.Struct && slices.ContainsFunc(membersOf(t), func(m member) bool { return m.rule&(rulePart|ruleEither) != 0 })
}

// isRow reports whether a struct is a row by its fields: also inside another one
// it is decoded by its plan, and by none of its methods.
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
		p.unread, p.refuse = unread.Index, ruleStrict|ruleID
		if words := unread.Tag.Get("wire"); words != "" {
			p.loose = strings.Contains(words, "loose")
			if strings.Contains(words, "event") {
				p.refuse = ruleID
			}
		}
	}
	b.members(p)
	p.kind = kindRow
}

// builder makes plans of types that refer to each other. What it has begun is
// nobody else's before all of it is complete: two builders may make the same one.
type builder map[reflect.Type]*plan

func (b builder) publish(t reflect.Type, into *sync.Map, build func(builder, reflect.Type) *plan) *plan {
	made := build(b, t)
	for t, p := range b {
		plans.LoadOrStore(t, p)
	}
	p, _ := into.LoadOrStore(t, made)
	return p.(*plan)
}

func (b builder) plan(t reflect.Type) *plan {
	if p, ok := plans.Load(t); ok {
		return p.(*plan)
	}
	if p := b[t]; p != nil {
		return p
	}
	p := &plan{typ: t, size: int(t.Size())}
	b[t] = p
	switch of := reflect.PointerTo(t); {
	case t == reflect.TypeFor[decimal.Decimal]():
		p.kind = kindDecimal
	case t == reflect.TypeFor[*decimal.Decimal]():
		p.kind = kindDecimalPointer
	case t == reflect.TypeFor[*int64]():
		p.kind = kindIntPointer
	case t == reflect.TypeFor[time.Time]():
		p.kind = kindTime
	case t == reflect.TypeFor[json.RawMessage]():
		p.kind = kindRaw
	case isRow(t):
		b.row(p)
	case isPart(t):
		b.members(p)
	case of.Implements(reflect.TypeFor[json.Unmarshaler]()):
		p.kind = kindJSON
	case of.Implements(reflect.TypeFor[encoding.TextUnmarshaler]()):
		unsupported(t)
	default:
		b.complete(p)
	}
	return p
}

// complete fills in the plan of a type without methods.
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
		f.slot = uint8(len(b)<<4 + i) //nolint:gosec // that two fields share a slot does no harm
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
