package twofactor

import (
	"reflect"
	"testing"
)

// other makes a member of a policy differ from what it was.
func other(t *testing.T, v reflect.Value) {
	switch v.Kind() {
	case reflect.String:
		v.SetString(v.String() + "x")
	case reflect.Bool:
		v.SetBool(!v.Bool())
	case reflect.Int:
		v.SetInt(v.Int() + 1)
	case reflect.Slice:
		v.Set(reflect.Append(v, reflect.ValueOf("x")))
	case reflect.Map:
		v.SetMapIndex(reflect.ValueOf(PermPolicyWrite), reflect.ValueOf([]string{"x"}))
	default:
		t.Fatalf("no other value for a member of type %s", v.Type())
	}
}

// Who may only switch a policy on or off must leave everything else as it is:
// a member that samePolicy forgot could be changed on the way.
func TestAPolicyThatDiffersInAnyOneMemberIsNotTheSame(t *testing.T) {
	if !samePolicy(DefaultPolicy(), DefaultPolicy()) {
		t.Error("a policy differs from itself")
	}
	kind := reflect.TypeFor[Policy]()
	for i := range kind.NumField() {
		changed := DefaultPolicy()
		other(t, reflect.ValueOf(&changed).Elem().Field(i))
		if samePolicy(DefaultPolicy(), changed) {
			t.Errorf("a policy with another %s passes for the same", kind.Field(i).Name)
		}
	}
}
