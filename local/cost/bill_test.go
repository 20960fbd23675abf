package cost

import (
	"crypto/rand"
	"os"
	"strings"
	"testing"

	"sallyport/local/api"
	"sallyport/local/stack"
)

func TestAMillionLoginsCostAboutFiveDollars(t *testing.T) {
	db, ses := os.Getenv("AWS_ENDPOINT_URL_DYNAMODB"), os.Getenv("AWS_ENDPOINT_URL_SESV2")
	if db == "" || ses == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("there is no DynamoDB to measure on")
		}
		t.Skip("make test runs this on DynamoDB Local")
	}
	var g Gauges
	s, err := stack.Start(t.Context(), stack.Options{
		Root: "../..", State: t.TempDir(), Store: stack.StoreDynamoDB, DynamoDB: db, SES: ses,
		Table: "bill-" + strings.ToLower(rand.Text()), Log: &g.Log, Meter: g.Front.Add, FeedMeter: g.Feed.Add,
	})
	if err != nil {
		t.Fatal(err)
	}
	defer s.Close()
	used, err := SignIns(t.Context(), api.Client{URL: s.URL, Bearer: s.APIKey.Reveal()}, &g, 6)
	if err != nil {
		t.Fatal(err)
	}
	// Twice 1.5 units to decide and one write; half a unit to see that the
	// tenant is there, one write for the event and one for its place in the
	// order of filing.
	front, feed := Units{Read: 3 * 5, Write: 5}, Units{Read: 0.5 * 5, Write: 2 * 5}
	if used.SignIns != 5 || used.Front != front || used.Feed != feed {
		t.Errorf("five logins took %+v, want %+v and %+v", used, front, feed)
	}
	sum := 0.0
	for _, item := range used.Bill() {
		if item.Dollars <= 0 {
			t.Errorf("%s costs nothing", item.Name)
		}
		sum += item.Dollars
	}
	if sum > 6 {
		t.Errorf("a million logins cost %.2f dollars", sum)
	}
}
