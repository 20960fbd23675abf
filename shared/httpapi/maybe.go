package httpapi

import (
	"reflect"

	"github.com/go-json-experiment/json"
	"github.com/go-json-experiment/json/jsontext"
)

// maybe is a member where leaving it out and null are different things.
type maybe[T any] struct {
	// Given is false when the member was left out.
	Given bool
	// Value is nil for null.
	Value *T
}

// UnmarshalJSONFrom implements json.UnmarshalerFrom.
func (m *maybe[T]) UnmarshalJSONFrom(d *jsontext.Decoder) error {
	m.Given = true
	return json.UnmarshalDecode(d, &m.Value)
}

// element tells the shape check what the member holds.
func (maybe[T]) element() reflect.Type { return reflect.TypeFor[T]() }
