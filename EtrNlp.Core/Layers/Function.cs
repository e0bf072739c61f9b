using EtrNlp.Core.Networks;
using static TorchSharp.torch;

namespace EtrNlp.Core.Layers;

/// <summary>A layer that owns nothing: an activation or a pooling.</summary>
public abstract record FunctionPlan(string Name, FeatureShape Input, FeatureShape Output)
    : LayerPlan(Name, Input, Output),
        ILayer
{
    /// <inheritdoc/>
    public override bool IgnoresRoute(bool training) => true;

    /// <inheritdoc/>
    public abstract Tensor Forward(Tensor x, Pass pass);

    /// <inheritdoc/>
    public override ILayer Build(TensorStore tensors) => this;
}

/// <summary>max(x, 0), in the memory of x: it follows a norm, whose gradient does not need its output.</summary>
public sealed record ReluPlan(string Name, FeatureShape Input) : FunctionPlan(Name, Input, Input)
{
    /// <inheritdoc/>
    public override long Features(int? task) => 0;

    /// <inheritdoc/>
    public override Tensor Forward(Tensor x, Pass pass) => nn.functional.relu(x, inplace: true);
}

/// <summary>The same images once for each of several lanes: [N, C, H, W] to [lanes * N, C, H, W].</summary>
public sealed record RepeatPlan(string Name, FeatureShape Input, int Lanes) : FunctionPlan(Name, Input, Input)
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x, Pass pass) => cat([.. Enumerable.Repeat(x, Lanes)], 0);
}

/// <summary>A pooling.</summary>
public abstract record PoolPlan(string Name, FeatureShape Input, FeatureShape Output)
    : FunctionPlan(Name, Input, Output);

/// <summary>Max pooling 3x3, stride 2, padding 1: the end of ResNet's stem.</summary>
public sealed record StemPoolPlan(string Name, FeatureShape Input) : PoolPlan(Name, Input, Input.Strided(2))
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x, Pass pass) => nn.functional.max_pool2d(x, 3, 2, 1);
}

/// <summary>Max pooling 2x2, stride 2: the end of a VGG stage; a last odd row or column is left out.</summary>
public sealed record HalvingPoolPlan(string Name, FeatureShape Input)
    : PoolPlan(Name, Input, new FeatureShape(Input.Channels, Input.Height / 2, Input.Width / 2))
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x, Pass pass) => nn.functional.max_pool2d(x, 2, 2);
}

/// <summary>Max pooling 2x2, stride 2, to a given size: half of the input's, rounded down or up.</summary>
public sealed record SizedPoolPlan(string Name, FeatureShape Input, FeatureShape Size)
    : PoolPlan(Name, Input, Size with { Channels = Input.Channels })
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x, Pass pass) =>
        nn.functional.max_pool2d(x, 2, 2, ceil_mode: Size == Input.Strided(2) with { Channels = Size.Channels });
}

/// <summary>Bilinear interpolation to a given size, corner on corner.</summary>
public sealed record UpsamplePlan(string Name, FeatureShape Input, FeatureShape Size)
    : FunctionPlan(Name, Input, Size with { Channels = Input.Channels })
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x, Pass pass) =>
        nn.functional.interpolate(
            x,
            [Size.Height, Size.Width],
            mode: InterpolationMode.Bilinear,
            align_corners: true
        );
}

/// <summary>The logistic function of every value.</summary>
public sealed record SigmoidPlan(string Name, FeatureShape Input) : FunctionPlan(Name, Input, Input)
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x, Pass pass) => nn.functional.sigmoid(x);
}

/// <summary>The mean over all pixels: [N, C, H, W] to [N, C, 1, 1].</summary>
public sealed record GlobalPoolPlan(string Name, FeatureShape Input)
    : FunctionPlan(Name, Input, new FeatureShape(Input.Channels, 1, 1))
{
    /// <inheritdoc/>
    public override Tensor Forward(Tensor x, Pass pass) => x.mean([2, 3], keepdim: true);
}
