package dynamo

import (
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"sallyport/shared/twofactor"
)

// texts carries a list of strings in its order.
func texts[T ~string](f *fields, name string, v *[]T) {
	list(f, name, v, func(f *fields, each *T) { str(f, "s", each) })
}

// list carries a list of things with members. A list of bare values gives its
// member the name "s" and is stored without maps around it.
func list[T any](f *fields, name string, v *[]T, each func(*fields, *T)) {
	if !f.reading {
		if len(*v) > 0 {
			f.item[name] = listValue(*v, each)
		}
		return
	}
	if l, ok := member[*types.AttributeValueMemberL](f, name); ok {
		readList(f, name, l, v, each)
	}
}

func listValue[T any](v []T, each func(*fields, *T)) types.AttributeValue {
	out := &types.AttributeValueMemberL{Value: make([]types.AttributeValue, 0, len(v))}
	for i := range v {
		inner := fields{item: item{}}
		each(&inner, &v[i])
		out.Value = append(out.Value, inner.value())
	}
	return out
}

// value is what was written, without a map around a bare value.
func (f *fields) value() types.AttributeValue {
	if bare, ok := f.item["s"]; ok && len(f.item) == 1 {
		return bare
	}
	return &types.AttributeValueMemberM{Value: f.item}
}

func readList[T any](f *fields, name string, l *types.AttributeValueMemberL, v *[]T, each func(*fields, *T)) {
	if len(l.Value) == 0 {
		return
	}
	*v = make([]T, len(l.Value))
	for i, element := range l.Value {
		inner := reader(element)
		each(inner, &(*v)[i])
		if inner.err != nil {
			f.fail(name)
		}
	}
}

func reader(value types.AttributeValue) *fields {
	if m, ok := value.(*types.AttributeValueMemberM); ok {
		return &fields{item: m.Value, reading: true}
	}
	return &fields{item: item{"s": value}, reading: true}
}

// dict carries a map.
func dict[K ~string, T any](f *fields, name string, v *map[K]T, each func(*fields, *T)) {
	if !f.reading {
		if len(*v) > 0 {
			out := item{}
			for key, member := range *v {
				inner := fields{item: item{}}
				each(&inner, &member)
				out[string(key)] = inner.value()
			}
			f.item[name] = &types.AttributeValueMemberM{Value: out}
		}
		return
	}
	m, ok := member[*types.AttributeValueMemberM](f, name)
	if !ok {
		return
	}
	*v = make(map[K]T, len(m.Value))
	for key, stored := range m.Value {
		var member T
		inner := reader(stored)
		each(inner, &member)
		if inner.err != nil {
			f.fail(name)
		}
		(*v)[K(key)] = member
	}
}

// moments carries a list of times.
func moments(f *fields, name string, v *[]time.Time) {
	list(f, name, v, func(f *fields, each *time.Time) { moment(f, "s", each) })
}

// person carries a reference to a user, which may be missing.
func person(f *fields, name string, v **twofactor.Ref) {
	var both []string
	if *v != nil {
		both = []string{(*v).Tenant, (*v).User}
	}
	texts(f, name, &both)
	if !f.reading || both == nil {
		return
	}
	if len(both) != 2 {
		f.fail(name)
		return
	}
	*v = &twofactor.Ref{Tenant: both[0], User: both[1]}
}
