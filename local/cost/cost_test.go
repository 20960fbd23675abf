package cost

import (
	"crypto/rand"
	"io"
	"os"
	"strings"
	"testing"

	"sallyport/local/api"
	"sallyport/local/stack"
)

// measured starts a stack on the DynamoDB and the SES that "make test" runs,
// and returns its platform. Without them the test is skipped, except where
// nothing may be.
func measured(t *testing.T, front, feed *Meter, log io.Writer) api.Client {
	t.Helper()
	db, ses := os.Getenv("AWS_ENDPOINT_URL_DYNAMODB"), os.Getenv("AWS_ENDPOINT_URL_SESV2")
	if db == "" || ses == "" {
		if os.Getenv("CI") == "true" {
			t.Fatal("there is no DynamoDB to measure on")
		}
		t.Skip("make test runs this on DynamoDB Local")
	}
	s, err := stack.Start(t.Context(), stack.Options{
		Root: "../..", State: t.TempDir(), Store: stack.StoreDynamoDB, DynamoDB: db, SES: ses,
		Table: "cost-" + strings.ToLower(rand.Text()), Log: log, Meter: front.Add, FeedMeter: feed.Add,
	})
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return api.Client{URL: s.URL, Bearer: s.APIKey.Reveal()}
}

func TestLoginsAndCodesStayWithinTheirBudgets(t *testing.T) {
	meter := &Meter{}
	platform := measured(t, meter, &Meter{}, io.Discard)
	lines, err := Measure(t.Context(), platform, meter)
	if err != nil {
		t.Fatal(err)
	}
	if len(lines) != 8 {
		t.Errorf("%d requests were measured, want 8", len(lines))
	}
	for _, l := range lines {
		if !l.Kept() {
			t.Errorf("%s: %.1f read and %.1f written, allowed are %.1f and %.1f", l.Request, l.Read, l.Write, l.ReadBudget, l.WriteLimit)
		}
		if l.Read == 0 {
			t.Errorf("%s: nothing was measured", l.Request)
		}
	}
}
