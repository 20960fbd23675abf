package dynamo

import (
	"fmt"
	"strconv"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"
)

// item is one item of the table.
type item = map[string]types.AttributeValue

// fields carries a record's members into an item or out of one. One list of
// calls describes both directions, so that neither can forget a member. A zero
// value has no attribute. Reading takes each attribute out of the item; what is
// left over is unknown to this code.
type fields struct {
	item    item
	reading bool
	err     error
}

func (f *fields) take(name string) (types.AttributeValue, bool) {
	value, ok := f.item[name]
	delete(f.item, name)
	return value, ok
}

// fail notes the first attribute that is not of the expected form.
func (f *fields) fail(name string) {
	if f.err == nil {
		f.err = fmt.Errorf("attribute %q is not of the form that is stored there", name)
	}
}

// member takes an attribute out of the item as an M; ok is false where there is
// none, and where it has another form, which is noted.
func member[M types.AttributeValue](f *fields, name string) (m M, ok bool) {
	value, there := f.take(name)
	if !there {
		return m, false
	}
	if m, ok = value.(M); !ok {
		f.fail(name)
	}
	return m, ok
}

func text(s string) types.AttributeValue { return &types.AttributeValueMemberS{Value: s} }

func number(n string) types.AttributeValue { return &types.AttributeValueMemberN{Value: n} }

// str carries a string.
func str[T ~string](f *fields, name string, v *T) {
	if !f.reading {
		if *v != "" {
			f.item[name] = text(string(*v))
		}
		return
	}
	if s, ok := member[*types.AttributeValueMemberS](f, name); ok {
		*v = T(s.Value)
	}
}

// num carries a whole number that is not negative.
func num[T ~int | ~uint64](f *fields, name string, v *T) {
	if !f.reading {
		if *v != 0 {
			f.item[name] = number(strconv.FormatUint(uint64(*v), 10))
		}
		return
	}
	if n, ok := member[*types.AttributeValueMemberN](f, name); ok {
		u, err := strconv.ParseUint(n.Value, 10, 63)
		if err != nil {
			f.fail(name)
		}
		*v = T(u)
	}
}

// integer carries a whole number of either sign.
func integer(f *fields, name string, v *int) {
	if !f.reading {
		if *v != 0 {
			f.item[name] = number(strconv.Itoa(*v))
		}
		return
	}
	if n, ok := member[*types.AttributeValueMemberN](f, name); ok {
		i, err := strconv.Atoi(n.Value)
		if err != nil {
			f.fail(name)
		}
		*v = i
	}
}

// flag carries a bool.
func flag(f *fields, name string, v *bool) {
	if !f.reading {
		if *v {
			f.item[name] = &types.AttributeValueMemberBOOL{Value: true}
		}
		return
	}
	if b, ok := member[*types.AttributeValueMemberBOOL](f, name); ok {
		*v = b.Value
	}
}

// moment carries a time as milliseconds since 1970.
func moment(f *fields, name string, v *time.Time) {
	instant(f, name, v, time.Millisecond)
}

// instant carries a time as a number of units since 1970.
func instant(f *fields, name string, v *time.Time, unit time.Duration) {
	perSecond := int64(time.Second / unit)
	if !f.reading {
		if !v.IsZero() {
			n := v.Unix()*perSecond + int64(v.Nanosecond())/int64(unit)
			f.item[name] = number(strconv.FormatInt(n, 10))
		}
		return
	}
	if n, ok := member[*types.AttributeValueMemberN](f, name); ok {
		at, err := strconv.ParseInt(n.Value, 10, 64)
		if err != nil {
			f.fail(name)
			return
		}
		if unit == time.Second {
			*v = time.Unix(at, 0).UTC()
		} else {
			*v = time.UnixMilli(at).UTC()
		}
	}
}

// blob carries bytes.
func blob[T ~[]byte](f *fields, name string, v *T) {
	if !f.reading {
		if len(*v) > 0 {
			f.item[name] = &types.AttributeValueMemberB{Value: *v}
		}
		return
	}
	if b, ok := member[*types.AttributeValueMemberB](f, name); ok {
		*v = T(b.Value)
	}
}

// packed carries what pack describes as one binary attribute. there says
// whether there is anything to write; reading calls pack only if there is.
func packed(f *fields, name string, there bool, pack func(*packer)) {
	var p packer
	if !f.reading {
		if there {
			pack(&p)
			f.item[name] = &types.AttributeValueMemberB{Value: p.b}
		}
		return
	}
	var raw []byte
	if blob(f, name, &raw); raw == nil {
		return
	}
	p = packer{b: raw, reading: true}
	pack(&p)
	if p.bad || len(p.b) > 0 {
		f.fail(name)
	}
}
