package dynamo

import (
	"context"

	"sallyport/shared/twofactor"
)

// filtered is a page of the event rows that are about one user or of one type.
// Rows are read until there are enough, or until EventLook were looked at: an
// index for it would make every event cost another write unit.
func (s *Store) filtered(ctx context.Context, q twofactor.Query, part stretch) (twofactor.Page, error) {
	look := q
	look.Limit = twofactor.EventLook
	if part.index {
		look.Limit = batchSize
	}
	page, err := s.page(ctx, look, part)
	if err != nil {
		return twofactor.Page{}, err
	}
	out := twofactor.Page{Next: page.Next}
	for _, record := range page.Records {
		row, ok := record.(*twofactor.EventRow)
		if !ok || !fits(row, q) {
			continue
		}
		if len(out.Records) == q.Limit {
			out.Next = rowPosition(out.Records[q.Limit-1], q)
			break
		}
		out.Records = append(out.Records, record)
	}
	return out, nil
}

func fits(row *twofactor.EventRow, q twofactor.Query) bool {
	return (q.User == "" || row.Event.User == q.User) && (q.Type == "" || row.Event.Type == q.Type)
}

// rowPosition is where an event row stands in the list that q asks for.
func rowPosition(record twofactor.Record, q twofactor.Query) string {
	if row, ok := record.(*twofactor.EventRow); ok && q.ByFiling {
		return row.FiledPosition()
	}
	return record.Key().ID
}
