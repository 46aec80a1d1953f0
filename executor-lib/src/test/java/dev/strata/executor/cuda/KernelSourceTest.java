package dev.strata.executor.cuda;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.strata.executor.accelerator.Function;
import dev.strata.executor.accelerator.Rule;
import dev.strata.executor.accelerator.UnfitDeviceException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** The kernels' source and the Java that calls them by names and numbers. */
class KernelSourceTest {
  private static final String SOURCE = KernelCompiler.source();

  @Test
  void theSourceHasEachKernelAndNoOther() {
    List<String> defined = new ArrayList<>();
    Matcher kernels = Pattern.compile("__global__ void (\\w+)\\(").matcher(SOURCE);
    while (kernels.find()) {
      defined.add(kernels.group(1));
    }

    assertThat(defined)
        .containsExactlyInAnyOrderElementsOf(
            List.of(Kernel.values()).stream().map(Kernel::text).toList());
  }

  @ParameterizedTest
  @EnumSource
  void functionsHaveTheSameNumbers(Function.Kind kind) {
    assertThat(number(kind.name())).isEqualTo(kind.ordinal());
  }

  @ParameterizedTest
  @EnumSource
  void rulesHaveTheSameNumbers(Rule rule) {
    assertThat(number(rule.name())).isEqualTo(rule.ordinal());
  }

  private static int number(String name) {
    Matcher line = Pattern.compile("(?m)^#define " + name + " (\\d+)$").matcher(SOURCE);
    assertThat(line.find()).as(name).isTrue();
    return Integer.parseInt(line.group(1));
  }

  @Test
  void kernelsAreCompiledForTheNewestArchitectureThatTheGpuRuns() throws UnfitDeviceException {
    int[] known = {50, 70, 80, 86, 90};

    assertThat(KernelCompiler.target(90, known)).isEqualTo(90);
    assertThat(KernelCompiler.target(89, known)).isEqualTo(86);
    assertThat(KernelCompiler.target(120, known)).isEqualTo(90);
    assertThatThrownBy(() -> KernelCompiler.target(37, known))
        .isInstanceOf(UnfitDeviceException.class)
        .hasMessage("a GPU of compute capability 3.7, and a CUDA compiler for 5.0 and later");
  }
}
