package dynamo

import (
	"context"
	"encoding/base64"
	"errors"
	"fmt"
	"net/http"
	"testing"
	"time"

	"sallyport/shared/twofactor"
)

// storedTenant is a tenant item as DynamoDB writes it.
func storedTenant(name string) string {
	return fmt.Sprintf(`{"pk":{"S":%q},"sk":{"S":"tenant"},"v":{"N":"3"},"name":{"S":"N"}}`, name)
}

func tenants(names ...string) []twofactor.Want {
	var wants []twofactor.Want
	for _, name := range names {
		wants = append(wants, twofactor.Want{Key: twofactor.TenantKey(name)})
	}
	return wants
}

func TestAReadIsRepeatedAFewTimes(t *testing.T) {
	store, requests := fakeStore(t, func(w http.ResponseWriter, n int, _ string) {
		if n < readTries {
			refusal(w, http.StatusInternalServerError, "InternalServerError", nil)
			return
		}
		_, _ = fmt.Fprintf(w, `{"Item":%s}`, storedTenant("acme"))
	})
	found, err := store.Load(t.Context(), tenants("acme")...)
	if err != nil || found[twofactor.TenantKey("acme")] == nil {
		t.Errorf("got %v, %v after %d requests", found, err, requests.Load())
	}
}

func TestAReadThatKeepsFailingEndsAsStoreError(t *testing.T) {
	store, requests := fakeStore(t, func(w http.ResponseWriter, _ int, _ string) {
		refusal(w, http.StatusBadRequest, "ProvisionedThroughputExceededException", nil)
	})
	if _, err := store.Load(t.Context(), tenants("acme")...); !errors.Is(err, twofactor.ErrStore) {
		t.Errorf("got %v, want ErrStore", err)
	}
	if n := requests.Load(); n != readTries {
		t.Errorf("%d requests went out, want %d", n, readTries)
	}
}

func TestAReadEndsWithItsContext(t *testing.T) {
	release := make(chan struct{})
	store, _ := fakeStore(t, func(http.ResponseWriter, int, string) { <-release })
	defer close(release)
	ctx, cancel := context.WithTimeout(t.Context(), 50*time.Millisecond)
	defer cancel()
	start := time.Now()
	if _, err := store.Load(ctx, tenants("acme", "other")...); !errors.Is(err, twofactor.ErrStore) {
		t.Errorf("got %v, want ErrStore", err)
	}
	if took := time.Since(start); took > 2*time.Second {
		t.Errorf("it took %v", took)
	}
}

func TestKeysThatABatchLeftOutAreAskedForAgain(t *testing.T) {
	left := `{"Keys":[{"pk":{"S":"b"},"sk":{"S":"tenant"}}],"ConsistentRead":true}`
	store, _ := fakeStore(t, func(w http.ResponseWriter, n int, _ string) {
		if n == 1 {
			_, _ = fmt.Fprintf(w, `{"Responses":{"secret-table-name":[%s]},"UnprocessedKeys":{"secret-table-name":%s}}`,
				storedTenant("a"), left)
			return
		}
		_, _ = fmt.Fprintf(w, `{"Responses":{"secret-table-name":[%s]},"UnprocessedKeys":{}}`, storedTenant("b"))
	})
	found, err := store.Load(t.Context(), tenants("a", "b")...)
	if err != nil || len(found) != 2 {
		t.Errorf("found %d records, %v", len(found), err)
	}
}

func TestABatchThatIsNeverCompleteIsAnErrorAndNotHalfAnAnswer(t *testing.T) {
	left := `{"Keys":[{"pk":{"S":"b"},"sk":{"S":"tenant"}}],"ConsistentRead":true}`
	store, requests := fakeStore(t, func(w http.ResponseWriter, _ int, _ string) {
		_, _ = fmt.Fprintf(w, `{"Responses":{},"UnprocessedKeys":{"secret-table-name":%s}}`, left)
	})
	if _, err := store.Load(t.Context(), tenants("a", "b")...); !errors.Is(err, twofactor.ErrStore) {
		t.Errorf("got %v, want ErrStore", err)
	}
	if n := requests.Load(); n != readTries {
		t.Errorf("%d requests went out, want %d", n, readTries)
	}
}

func TestAnItemThatCannotBeReadIsAStoreError(t *testing.T) {
	for name, body := range map[string]string{
		"a name that is a number": `{"pk":{"S":"acme"},"sk":{"S":"tenant"},"name":{"N":"1"}}`,
		"a damaged event": fmt.Sprintf(`{"pk":{"S":"acme"},"sk":{"S":"tenant"},"e":{"B":%q}}`,
			base64.StdEncoding.EncodeToString([]byte{0xff, 0xff})),
		"an unknown kind": `{"pk":{"S":"acme"},"sk":{"S":"strange"}}`,
	} {
		store, _ := fakeStore(t, func(w http.ResponseWriter, _ int, _ string) { _, _ = fmt.Fprintf(w, `{"Item":%s}`, body) })
		if _, err := store.Load(t.Context(), tenants("acme")...); !errors.Is(err, twofactor.ErrStore) {
			t.Errorf("%s: got %v, want ErrStore", name, err)
		}
	}
}

func TestAUserReadsStronglyBesideATenantThatMayBeOld(t *testing.T) {
	wants := []twofactor.Want{
		{Key: twofactor.AuthKey(someone)}, {Key: twofactor.TenantKey("acme"), Eventually: true},
		{Key: twofactor.AuthKey(someone), Eventually: true},
	}
	strong, eventual, err := plan(wants)
	if err != nil {
		t.Fatal(err)
	}
	if len(strong.keys) != 1 || !strong.consistent || strong.keys[0].sk != "auth" {
		t.Errorf("read strongly: %v", strong)
	}
	if len(eventual.keys) != 1 || eventual.consistent || eventual.keys[0].sk != "tenant" {
		t.Errorf("read eventually: %v", eventual)
	}
}
