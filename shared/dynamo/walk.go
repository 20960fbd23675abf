package dynamo

import (
	"context"
	"fmt"

	"github.com/aws/aws-sdk-go-v2/aws"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb"
	"github.com/aws/aws-sdk-go-v2/service/dynamodb/types"

	"sallyport/shared/twofactor"
)

// stretch is a part of one partition, of the table or of the index.
type stretch struct {
	partition string
	// index: it stands in the index. sharded: ten partitions share its name.
	index, sharded bool
	// strong reads the records strongly; the index itself is always a moment
	// behind.
	strong     bool
	low, high  string
	after      string
	until      string
	descending bool
	limit      int
}

// of completes a stretch with what q asks for. The bounds are inclusive; the
// position that the page before ended at is dropped when it comes again, and
// so is the first one that does not count.
func (r stretch) of(q twofactor.Query) stretch {
	r.low, r.high = max(lowest, q.Prefix, q.From), q.Prefix+highest
	if q.Until != "" {
		r.high = min(r.high, q.Until)
	}
	if q.After != "" && !q.Descending {
		r.low = max(r.low, q.After)
	}
	if q.After != "" && q.Descending {
		r.high = min(r.high, q.After)
	}
	r.after, r.until, r.descending, r.limit = q.After, q.Until, q.Descending, q.Limit
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
		if at.Value != r.after && (r.until == "" || at.Value < r.until) {
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
		Limit:                  aws.Int32(int32(min(r.limit, 1000)) + 1),
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
