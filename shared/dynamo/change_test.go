package dynamo

import (
	"testing"

	"github.com/aws/aws-lambda-go/events"

	"sallyport/shared/twofactor"
)

// image is the item of a record as the stream shows it.
func image(t *testing.T, record twofactor.Record, event *twofactor.Event, whole bool) item {
	t.Helper()
	it, err := encode(record, record.Header().Version+1, event, whole)
	if err != nil {
		t.Fatal(err)
	}
	return it
}

func TestAChangeCarriesAnEventOnlyWhereItsIdIsNew(t *testing.T) {
	user := &twofactor.Auth{Ref: someone, Role: "user"}
	first := &twofactor.Event{ID: "e1", Tenant: "acme", User: "ada", Type: twofactor.EventCodeAccepted}
	second := &twofactor.Event{ID: "e2", Tenant: "acme", User: "ada", Type: twofactor.EventCodeWrong}
	keys := func() item { return address{"acme#ada", "auth"}.attributes() }
	for name, c := range map[string]struct {
		old, new item
		want     string
	}{
		"a first write":                    {nil, image(t, user, first, true), "e1"},
		"another event":                    {image(t, user, first, true), image(t, user, second, true), "e2"},
		"the same event again":             {image(t, user, first, true), image(t, user, first, true), ""},
		"a write without an event":         {image(t, user, first, true), image(t, user, nil, true), ""},
		"a record beside the one it is in": {image(t, user, first, true), image(t, user, second, false), ""},
		"a removal":                        {image(t, user, first, true), nil, ""},
	} {
		change, err := DecodeChange(keys(), c.old, c.new)
		if err != nil {
			t.Fatalf("%s: %v", name, err)
		}
		got := ""
		if change.Event != nil {
			got = change.Event.ID
		}
		if got != c.want || change.Key != user.Key() {
			t.Errorf("%s: got event %q, want %q", name, got, c.want)
		}
		if (change.Old == nil) != (c.old == nil) || (change.New == nil) != (c.new == nil) {
			t.Errorf("%s: the images are not those of the change", name)
		}
	}
}

func TestFilingAnEventIsNoNews(t *testing.T) {
	row := &twofactor.EventRow{Event: twofactor.Event{ID: "e1", Tenant: "acme", Type: twofactor.EventCodeAccepted}}
	it := image(t, row, nil, true)
	change, err := DecodeChange(address{"acme##event", "e1"}.attributes(), nil, it)
	if err != nil {
		t.Fatal(err)
	}
	filed, ok := change.New.(*twofactor.EventRow)
	if !ok || change.Event != nil || filed.Event.Type != twofactor.EventCodeAccepted {
		t.Errorf("got %+v", change)
	}
}

func TestARecordOfTheStreamThatIsNotOursIsAnError(t *testing.T) {
	for name, record := range map[string]events.DynamoDBEventRecord{
		"no key":         {},
		"a strange kind": {Change: events.DynamoDBStreamRecord{Keys: lambdaStrings("pk", "acme", "sk", "strange")}},
		"a broken image": {Change: events.DynamoDBStreamRecord{
			Keys: lambdaStrings("pk", "acme", "sk", "tenant"), NewImage: lambdaStrings("pk", "acme", "sk", "tenant", "v", "x"),
		}},
	} {
		if _, err := DecodeRecord(record); err == nil {
			t.Errorf("%s was read", name)
		}
	}
}

func lambdaStrings(pairs ...string) map[string]events.DynamoDBAttributeValue {
	out := map[string]events.DynamoDBAttributeValue{}
	for i := 0; i < len(pairs); i += 2 {
		out[pairs[i]] = events.NewStringAttribute(pairs[i+1])
	}
	return out
}
