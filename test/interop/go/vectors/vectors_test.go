package vectors

import "testing"

func TestVectors(t *testing.T) {
	result := Check("../../../../spec/vectors")
	for _, failure := range result.Failures {
		t.Error(failure)
	}
	t.Log(result.Checked, result.Skipped)
}
