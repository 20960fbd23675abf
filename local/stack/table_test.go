package stack

import (
	"encoding/json"
	"testing"

	"sallyport/local/gateway"
	"sallyport/shared/dynamo"
)

func TestTheTemplatesTableIsTheOneThatTheStoreExpects(t *testing.T) {
	template, err := gateway.ReadTemplate("../../template.yaml")
	if err != nil {
		t.Fatal(err)
	}
	got, err := tableInput("t", template.Table)
	if err != nil {
		t.Fatal(err)
	}
	want := dynamo.TableInput("t")
	for name, pair := range map[string][2]any{
		"keys":       {got.KeySchema, want.KeySchema},
		"attributes": {got.AttributeDefinitions, want.AttributeDefinitions},
		"indexes":    {got.GlobalSecondaryIndexes, want.GlobalSecondaryIndexes},
		"stream":     {got.StreamSpecification, want.StreamSpecification},
		"billing":    {got.BillingMode, want.BillingMode},
	} {
		if a, b := text(t, pair[0]), text(t, pair[1]); a != b {
			t.Errorf("%s: the template has %s, the store expects %s", name, a, b)
		}
	}
}

func text(t *testing.T, v any) string {
	t.Helper()
	b, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}
