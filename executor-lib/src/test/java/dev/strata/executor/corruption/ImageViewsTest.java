package dev.strata.executor.corruption;

import static org.assertj.core.api.Assertions.assertThat;

import dev.strata.executor.preprocess.ImageShape;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

class ImageViewsTest {
  private static final ImageShape SHAPE = new ImageShape(2, 3, 1);

  private static List<String> views(ImageViews views) {
    INDArray rows =
        Nd4j.createFromArray(new float[][] {{1, 2, 3, 4, 5, 6}, {10, 20, 30, 40, 50, 60}});
    List<String> seen = new ArrayList<>();
    for (int view = 0; view < views.count(); view++) {
      INDArray of = views.of(rows, view);
      assertThat(of.getRow(1)).isEqualTo(of.getRow(0).mul(10));
      StringBuilder text = new StringBuilder();
      for (float pixel : of.getRow(0).toFloatVector()) {
        text.append((int) pixel);
      }
      seen.add(text.toString());
    }
    assertThat(rows.getRow(0).toFloatVector()).containsExactly(1, 2, 3, 4, 5, 6);
    return seen;
  }

  @Test
  void tenCropsAreTheCentreAndTheCornersEachMirrored() {
    assertThat(views(new ImageViews(SHAPE, 1, true)))
        .containsExactly(
            "123456", "321654", "000012", "000210", "000230", "000032", "045000", "540000",
            "560000", "065000");
  }

  @Test
  void withoutPixelsOrFlipsThereAreFewer() {
    assertThat(views(new ImageViews(SHAPE, 0, false))).containsExactly("123456");
    assertThat(views(new ImageViews(SHAPE, 0, true))).containsExactly("123456", "321654");
    assertThat(views(new ImageViews(SHAPE, 1, false)))
        .containsExactly("123456", "000012", "000230", "045000", "560000");
  }
}
