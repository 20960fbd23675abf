package dynamo

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"sallyport/shared/twofactor"
)

// Bounds of every id: '!' sorts before and '~' behind all that ids can hold.
const (
	lowest  = "!"
	highest = "~"
)

// List implements [twofactor.Lister]. A page costs what it returns and, for
// the directory, a little of each of its ten index partitions.
func (s *Store) List(ctx context.Context, q twofactor.Query) (twofactor.Page, error) {
	page, err := s.list(ctx, q)
	if err != nil {
		return twofactor.Page{}, failed("List", twofactor.ErrStore, err)
	}
	return page, nil
}

func (s *Store) list(ctx context.Context, q twofactor.Query) (twofactor.Page, error) {
	if q.Limit < 1 {
		return twofactor.Page{}, fmt.Errorf("a list of at most %d records", q.Limit)
	}
	switch q.Kind {
	case twofactor.KindDirectory:
		return s.listDirectory(ctx, q)
	case twofactor.KindMail:
		return s.listMails(ctx, q)
	case twofactor.KindEventRow:
		return s.listTable(ctx, q, stretch{partition: trailOf(q.Tenant)})
	case twofactor.KindAPIKey:
		at, err := addressOf(twofactor.APIKeyKey(lowest))
		if err != nil {
			return twofactor.Page{}, err
		}
		return s.listTable(ctx, q, stretch{partition: at.pk, strong: true})
	}
	return twofactor.Page{}, fmt.Errorf("records of kind %q cannot be listed", q.Kind)
}

// stretch is a part of one partition, of the table or of the index.
type stretch struct {
	partition  string
	index      bool
	strong     bool
	low, high  string
	after      string
	descending bool
	limit      int
}

// of completes a stretch with what q asks for. The bounds are inclusive; the
// position that the page before ended at is dropped when it comes again.
func (r stretch) of(q twofactor.Query, prefix string) stretch {
	r.low, r.high = prefix+lowest, prefix+highest
	if prefix != "" {
		r.low = prefix
	}
	if q.After != "" && !q.Descending {
		r.low = max(r.low, q.After)
	}
	if q.After != "" && q.Descending {
		r.high = min(r.high, q.After)
	}
	r.after, r.descending, r.limit = q.After, q.Descending, q.Limit
	return r
}

// found is one item of a stretch; position is its place in the list.
type found struct {
	position string
	item     item
}

// walk reads a stretch up to its limit. more says that there may be more.
func (s *Store) walk(ctx context.Context, r stretch) (all []found, more bool, err error) {
	if r.low > r.high {
		return nil, false, nil
	}
	in := s.queryFor(r)
	out, err := s.client.Query(ctx, in, s.fewTries)
	if err != nil {
		return nil, false, err
	}
	s.metered("Query", false, one(out.ConsumedCapacity)...)
	name := attrSK
	if r.index {
		name = attrListSK
	}
	for _, it := range out.Items {
		at, ok := it[name].(*types.AttributeValueMemberS)
		if !ok {
			return nil, false, fmt.Errorf("an entry of a list has no place")
		}
		if at.Value != r.after {
			all = append(all, found{position: at.Value, item: it})
		}
	}
	more = len(out.LastEvaluatedKey) > 0
	if len(all) > r.limit {
		all, more = all[:r.limit], true
	}
	return all, more, nil
}

func (s *Store) queryFor(r stretch) *dynamodb.QueryInput {
	in := &dynamodb.QueryInput{
		TableName:                &s.table,
		KeyConditionExpression:   aws.String("#p = :p AND #s BETWEEN :low AND :high"),
		ExpressionAttributeNames: map[string]string{"#p": attrPK, "#s": attrSK},
		ExpressionAttributeValues: item{
			":p": text(r.partition), ":low": text(r.low), ":high": text(r.high),
		},
		ScanIndexForward:       aws.Bool(!r.descending),
		Limit:                  aws.Int32(int32(min(r.limit, 1000)) + 1), //nolint:gosec // bounded
		ReturnConsumedCapacity: s.wantsCapacity(),
	}
	if r.index {
		in.IndexName = aws.String(listIndex)
		in.ExpressionAttributeNames = map[string]string{"#p": attrListPK, "#s": attrListSK}
	} else {
		in.ConsistentRead = aws.Bool(r.strong)
	}
	return in
}

// listTable lists records that stand in one partition of the table.
func (s *Store) listTable(ctx context.Context, q twofactor.Query, r stretch) (twofactor.Page, error) {
	all, more, err := s.walk(ctx, r.of(q, q.Prefix))
	if err != nil {
		return twofactor.Page{}, err
	}
	page := twofactor.Page{}
	for _, f := range all {
		record, _, err := decode(f.item)
		if err != nil {
			return twofactor.Page{}, err
		}
		page.Records = append(page.Records, record)
	}
	if more && len(all) > 0 {
		page.Next = all[len(all)-1].position
	}
	return page, nil
}

// listMails lists the mails that wait in one lane, by due time.
func (s *Store) listMails(ctx context.Context, q twofactor.Query) (twofactor.Page, error) {
	r := stretch{partition: mailLane(q.Prefix), index: true}.of(q, "")
	all, more, err := s.walk(ctx, r)
	if err != nil {
		return twofactor.Page{}, err
	}
	return s.page(ctx, all, more, true)
}

// page loads the records of index entries. An entry whose record is gone, or
// stands elsewhere in the list by now, is left out.
func (s *Store) page(ctx context.Context, all []found, more, strong bool) (twofactor.Page, error) {
	wants := make([]twofactor.Want, len(all))
	for i, f := range all {
		at, err := addressIn(f.item)
		if err != nil {
			return twofactor.Page{}, err
		}
		key, err := keyAt(at)
		if err != nil {
			return twofactor.Page{}, err
		}
		wants[i] = twofactor.Want{Key: key, Eventually: !strong}
	}
	records, err := s.Load(ctx, wants...)
	if err != nil {
		return twofactor.Page{}, err
	}
	page := twofactor.Page{}
	for i, want := range wants {
		record, ok := records[want.Key]
		if !ok {
			continue
		}
		if at, ok := listed(record); ok && at.sk == all[i].position {
			page.Records = append(page.Records, record)
		}
	}
	if more && len(all) > 0 {
		page.Next = all[len(all)-1].position
	}
	return page, nil
}
