package memory

import (
	"reflect"
	"time"

	"sallyport/shared/twofactor"
)

var (
	timeType = reflect.TypeFor[time.Time]()
	metaType = reflect.TypeFor[twofactor.Meta]()
)

// clone makes a deep copy of a record as the table would give it back: times
// in UTC at the table's precision, empty lists as nil.
func clone[R twofactor.Record](record R) R {
	precision := time.Millisecond
	if record.Key().Kind == twofactor.KindAuth {
		precision = time.Second
	}
	return copier{precision}.value(reflect.ValueOf(record)).Interface().(R)
}

// cloneEvent makes a deep copy of an event; nil stays nil.
func cloneEvent(e *twofactor.Event) *twofactor.Event {
	return copier{time.Millisecond}.value(reflect.ValueOf(e)).Interface().(*twofactor.Event)
}

// copier copies values; times are cut to its precision.
type copier struct{ precision time.Duration }

func (c copier) value(v reflect.Value) reflect.Value {
	switch v.Kind() {
	case reflect.Pointer:
		return c.pointer(v)
	case reflect.Struct:
		return c.structure(v)
	case reflect.Slice:
		return c.slice(v)
	case reflect.Map:
		return c.mapping(v)
	}
	return v
}

func (c copier) pointer(v reflect.Value) reflect.Value {
	if v.IsNil() {
		return v
	}
	fresh := reflect.New(v.Type().Elem())
	fresh.Elem().Set(c.value(v.Elem()))
	return fresh
}

func (c copier) structure(v reflect.Value) reflect.Value {
	fresh := reflect.New(v.Type()).Elem()
	switch v.Type() {
	case timeType:
		t := v.Interface().(time.Time)
		if !t.IsZero() {
			t = t.UTC().Truncate(c.precision)
		}
		fresh.Set(reflect.ValueOf(t))
		return fresh
	case metaType:
		// What the store itself does not know (Rest) is passed on as it is;
		// the expiry is kept in whole seconds.
		meta := v.Interface().(twofactor.Meta)
		if !meta.Expires.IsZero() {
			meta.Expires = meta.Expires.UTC().Truncate(time.Second)
		}
		fresh.Set(reflect.ValueOf(meta))
		return fresh
	}
	for i := range v.NumField() {
		fresh.Field(i).Set(c.value(v.Field(i)))
	}
	return fresh
}

func (c copier) slice(v reflect.Value) reflect.Value {
	if v.Len() == 0 {
		return reflect.Zero(v.Type())
	}
	fresh := reflect.MakeSlice(v.Type(), v.Len(), v.Len())
	for i := range v.Len() {
		fresh.Index(i).Set(c.value(v.Index(i)))
	}
	return fresh
}

func (c copier) mapping(v reflect.Value) reflect.Value {
	if v.Len() == 0 {
		return reflect.Zero(v.Type())
	}
	fresh := reflect.MakeMapWithSize(v.Type(), v.Len())
	for _, key := range v.MapKeys() {
		fresh.SetMapIndex(key, c.value(v.MapIndex(key)))
	}
	return fresh
}
