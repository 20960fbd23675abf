package dynamo

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/aws/aws-sdk-go-v2/service/dynamodb"

	"sallyport/shared/storetest"
	"sallyport/shared/twofactor"
)

// deleted puts a tenant that was just deleted, with a record of every kind that
// a tenant can have, and many of some.
func deleted(t *testing.T, store *tested, tenant string, at time.Time) {
	t.Helper()
	put := func(records ...twofactor.Record) {
		t.Helper()
		for _, record := range records {
			if err := store.Commit(t.Context(), twofactor.Commit{Put: []twofactor.Record{record}}); err != nil {
				t.Fatal(err)
			}
		}
	}
	for _, kind := range storetest.Kinds() {
		sample := storetest.Sample(kind, tenant)
		switch {
		case kind == twofactor.KindTenant || kind == twofactor.KindDeletion || sample.Key().Tenant != tenant:
		default:
			put(sample)
		}
	}
	put(
		&twofactor.Tenant{ID: tenant, Incarnation: "i", Deleting: true},
		&twofactor.DeletionJob{Tenant: tenant, Incarnation: "i", StartedAt: at},
		&twofactor.OnceRecord{ID: "once-of-" + tenant, Tenant: tenant},
	)
	for shard := range twofactor.CountShards {
		if key := twofactor.CountKey(tenant, shard); key != storetest.Sample(twofactor.KindCount, tenant).Key() {
			put(&twofactor.Count{Tenant: tenant, Shard: shard})
		}
	}
	for i := range 25 {
		ref := twofactor.Ref{Tenant: tenant, User: fmt.Sprint("u", i)}
		put(
			&twofactor.Auth{Ref: ref}, &twofactor.Directory{Ref: ref}, &twofactor.Address{Ref: ref, Email: "a@b.example"},
			&twofactor.Due{Ref: ref, Why: twofactor.DueLock}, &twofactor.Counted{Ref: ref},
		)
	}
	for i := range 100 {
		id := fmt.Sprintf("%03d", i)
		put(&twofactor.EventRow{Event: twofactor.Event{Tenant: tenant, ID: id}}, &twofactor.Mail{Tenant: tenant, ID: id})
	}
}

// itemsOf reads the whole table, which only a test does, and counts the items
// that name a tenant in their key.
func itemsOf(t *testing.T, store *tested, tenant string) (count int, keys []string) {
	t.Helper()
	in := &dynamodb.ScanInput{TableName: &store.table}
	for {
		out, err := store.client.Scan(t.Context(), in)
		if err != nil {
			t.Fatal(err)
		}
		for _, it := range out.Items {
			at, err := addressIn(it)
			if err != nil {
				t.Fatal(err)
			}
			owner, _, _ := strings.Cut(at.pk, sep)
			if owner == tenant || at.sk == tenant || at.pk == "#once#once-of-"+tenant {
				count++
				keys = append(keys, at.pk+" "+at.sk)
			}
		}
		if len(out.LastEvaluatedKey) == 0 {
			return count, keys
		}
		in.ExclusiveStartKey = out.LastEvaluatedKey
	}
}

func TestNoItemOfADeletedTenantIsLeftInTheTable(t *testing.T) {
	store := localTable(t)
	start := time.Date(2031, 1, 2, 3, 4, 5, 0, time.UTC)
	deleted(t, store, "going", start)
	deleted(t, store, "staying", start.Add(time.Hour))
	staying, _ := itemsOf(t, store, "staying")
	deletions := twofactor.NewDeletions(twofactor.Deps{Store: store, Now: func() time.Time { return start.Add(2 * time.Minute) }})
	if _, err := deletions.Run(t.Context()); err != nil {
		t.Fatal(err)
	}
	if _, keys := itemsOf(t, store, "going"); len(keys) > 0 {
		t.Errorf("left: %v", keys)
	}
	if got, _ := itemsOf(t, store, "staying"); got != staying || staying < 300 {
		t.Errorf("the other tenant has %d items, had %d", got, staying)
	}
}
