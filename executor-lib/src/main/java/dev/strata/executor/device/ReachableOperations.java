package dev.strata.executor.device;

import static java.lang.ref.Reference.reachabilityFence;

import java.lang.reflect.Field;
import java.util.List;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.api.ops.BroadcastOp;
import org.nd4j.linalg.api.ops.CustomOp;
import org.nd4j.linalg.api.ops.IndexAccumulation;
import org.nd4j.linalg.api.ops.Op;
import org.nd4j.linalg.api.ops.OpContext;
import org.nd4j.linalg.api.ops.RandomOp;
import org.nd4j.linalg.api.ops.ReduceOp;
import org.nd4j.linalg.api.ops.ScalarOp;
import org.nd4j.linalg.api.ops.impl.summarystats.Variance;
import org.nd4j.linalg.api.rng.Random;
import org.nd4j.linalg.api.shape.LongShapeDescriptor;
import org.nd4j.linalg.cpu.nativecpu.ops.NativeOpExecutioner;
import org.nd4j.linalg.factory.Nd4j;

/**
 * ND4J's executioner, which keeps every operation reachable until its native code has returned
 * ({@link java.lang.ref.Reference#reachabilityFence}): native code reads arrays that only the
 * operation holds. A JVM crashed without it.
 */
class ReachableOperations extends NativeOpExecutioner {
  private static final String FIELD = "OP_EXECUTIONER_INSTANCE";

  /** In place of ND4J's own; another backend's (CUDA) stays. */
  static void install() {
    if (Nd4j.getExecutioner().getClass() != NativeOpExecutioner.class) {
      return;
    }
    try {
      Field executioner = Nd4j.class.getDeclaredField(FIELD);
      executioner.setAccessible(true);
      executioner.set(null, new ReachableOperations());
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("ND4J keeps its executioner elsewhere than " + FIELD, e);
    }
  }

  /**
   * Ends the time for which an operation, context or generator is kept reachable: each method calls
   * it once its native code has returned or failed. Tests count the calls.
   */
  void release(Object held) {
    reachabilityFence(held);
  }

  @Override
  public INDArray exec(Op op) {
    try {
      return super.exec(op);
    } finally {
      release(op);
    }
  }

  @Override
  public INDArray exec(Op op, OpContext context) {
    try {
      return super.exec(op, context);
    } finally {
      release(op);
      release(context);
    }
  }

  @Override
  public INDArray exec(IndexAccumulation op) {
    try {
      return super.exec(op);
    } finally {
      release(op);
    }
  }

  @Override
  public INDArray exec(IndexAccumulation op, OpContext context) {
    try {
      return super.exec(op, context);
    } finally {
      release(op);
      release(context);
    }
  }

  @Override
  public INDArray exec(Variance op) {
    try {
      return super.exec(op);
    } finally {
      release(op);
    }
  }

  @Override
  public INDArray exec(ReduceOp op) {
    try {
      return super.exec(op);
    } finally {
      release(op);
    }
  }

  @Override
  public INDArray exec(ReduceOp op, OpContext context) {
    try {
      return super.exec(op, context);
    } finally {
      release(op);
      release(context);
    }
  }

  @Override
  public INDArray exec(ScalarOp op) {
    try {
      return super.exec(op);
    } finally {
      release(op);
    }
  }

  @Override
  public INDArray exec(ScalarOp op, OpContext context) {
    try {
      return super.exec(op, context);
    } finally {
      release(op);
      release(context);
    }
  }

  @Override
  public INDArray exec(BroadcastOp op) {
    try {
      return super.exec(op);
    } finally {
      release(op);
    }
  }

  @Override
  public INDArray exec(BroadcastOp op, OpContext context) {
    try {
      return super.exec(op, context);
    } finally {
      release(op);
      release(context);
    }
  }

  @Override
  public INDArray exec(RandomOp op) {
    try {
      return super.exec(op);
    } finally {
      release(op);
    }
  }

  @Override
  public INDArray exec(RandomOp op, Random generator) {
    try {
      return super.exec(op, generator);
    } finally {
      release(op);
      release(generator);
    }
  }

  @Override
  public INDArray exec(RandomOp op, OpContext context, Random generator) {
    try {
      return super.exec(op, context, generator);
    } finally {
      release(op);
      release(context);
      release(generator);
    }
  }

  @Override
  public INDArray[] exec(CustomOp op) {
    try {
      return super.exec(op);
    } finally {
      release(op);
    }
  }

  @Override
  public INDArray[] exec(CustomOp op, OpContext context) {
    try {
      return super.exec(op, context);
    } finally {
      release(op);
      release(context);
    }
  }

  @Override
  public List<LongShapeDescriptor> calculateOutputShape(CustomOp op) {
    try {
      return super.calculateOutputShape(op);
    } finally {
      release(op);
    }
  }

  @Override
  public List<LongShapeDescriptor> calculateOutputShape(CustomOp op, OpContext context) {
    try {
      return super.calculateOutputShape(op, context);
    } finally {
      release(op);
      release(context);
    }
  }
}
