package storetest

import (
	"go/ast"
	"go/parser"
	"go/token"
	"reflect"
	"slices"
	"strconv"
	"testing"
	"time"

	"sallyport/shared/twofactor"
)

func TestEveryKindOfRecordHasASample(t *testing.T) {
	file, err := parser.ParseFile(token.NewFileSet(), "../twofactor/record.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	var kinds []twofactor.Kind
	ast.Inspect(file, func(n ast.Node) bool {
		spec, ok := n.(*ast.ValueSpec)
		if !ok {
			return true
		}
		if name, ok := spec.Type.(*ast.Ident); ok && name.Name == "Kind" {
			word, err := strconv.Unquote(spec.Values[0].(*ast.BasicLit).Value)
			if err != nil {
				t.Fatal(err)
			}
			kinds = append(kinds, twofactor.Kind(word))
		}
		return true
	})
	if len(kinds) < 15 {
		t.Fatalf("found only %d kinds in record.go", len(kinds))
	}
	for _, kind := range kinds {
		if !slices.Contains(Kinds(), kind) {
			t.Errorf("kind %s has no sample", kind)
		} else if got := Sample(kind, "acme").Key().Kind; got != kind {
			t.Errorf("the sample of kind %s is of kind %s", kind, got)
		}
	}
}

func TestEveryMemberOfASampleIsSet(t *testing.T) {
	for _, kind := range Kinds() {
		checkSet(t, string(kind), reflect.ValueOf(Sample(kind, "acme")).Elem())
	}
}

func checkSet(t *testing.T, path string, v reflect.Value) {
	t.Helper()
	for i := range v.NumField() {
		field, name := v.Field(i), path+"."+v.Type().Field(i).Name
		if field.Type() == reflect.TypeFor[twofactor.Meta]() {
			continue
		}
		if field.IsZero() {
			t.Errorf("%s is not set", name)
		}
		if field.Kind() == reflect.Pointer && !field.IsNil() {
			field = field.Elem()
		}
		if field.Kind() == reflect.Struct && field.Type() != reflect.TypeFor[time.Time]() {
			checkSet(t, name, field)
		}
	}
}
