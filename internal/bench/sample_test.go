package main

import (
	"encoding/json"
	"reflect"
	"slices"
	"strconv"
)

// sampleType is the type that a generator of structs makes of some samples:
// amounts are float64, times are strings, and a member of several kinds is any.
func sampleType(samples []any) reflect.Type {
	samples = slices.DeleteFunc(slices.Clone(samples), func(v any) bool { return v == nil })
	if len(samples) == 0 {
		return reflect.TypeFor[any]()
	}
	kind := reflect.TypeOf(samples[0])
	if slices.ContainsFunc(samples, func(v any) bool { return reflect.TypeOf(v) != kind }) {
		return reflect.TypeFor[any]()
	}
	switch samples[0].(type) {
	case []any:
		var elements []any
		for _, v := range samples {
			elements = append(elements, v.([]any)...)
		}
		return reflect.SliceOf(sampleType(elements))
	case map[string]any:
		return sampleStruct(samples)
	default:
		return kind
	}
}

func sampleStruct(samples []any) reflect.Type {
	members := map[string][]any{}
	for _, v := range samples {
		for name, member := range v.(map[string]any) {
			members[name] = append(members[name], member)
		}
	}
	var names []string
	for name := range members {
		names = append(names, name)
	}
	slices.Sort(names)
	fields := make([]reflect.StructField, len(names))
	for i, name := range names {
		fields[i] = reflect.StructField{
			Name: "F" + strconv.Itoa(i),
			Type: sampleType(members[name]),
			Tag:  reflect.StructTag(`json:` + strconv.Quote(name)),
		}
	}
	return reflect.StructOf(fields)
}

func typeOfPage(page []byte) (reflect.Type, error) {
	var sample any
	if err := json.Unmarshal(page, &sample); err != nil {
		return nil, err
	}
	return sampleType([]any{sample}), nil
}
