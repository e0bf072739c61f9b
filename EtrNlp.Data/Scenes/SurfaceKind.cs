namespace EtrNlp.Data.Scenes;

/// <summary>
/// What a pixel of a scene shows: the finest classes, from which <see cref="SurfaceClasses"/> derives the coarser ones.
/// </summary>
public enum SurfaceKind : byte
{
    /// <summary>Nothing solid: no depth, no normal.</summary>
    Sky,

    /// <summary>The ground plane, tiled or not.</summary>
    Ground,

    /// <summary>The strip of the ground that leads away from the viewer.</summary>
    Road,

    /// <summary>The wall behind everything else.</summary>
    Wall,

    /// <summary>The low block under the main solid.</summary>
    Pedestal,

    /// <summary>A ball in the air.</summary>
    Balloon,

    /// <summary>A ball on the ground.</summary>
    Sphere,

    /// <summary>An ellipsoid, higher than wide.</summary>
    Egg,

    /// <summary>The upper half of an ellipsoid.</summary>
    Dome,

    /// <summary>A smaller ball on a larger one.</summary>
    Snowman,

    /// <summary>An upright circular cone.</summary>
    Cone,

    /// <summary>An upright square pyramid.</summary>
    Pyramid,

    /// <summary>A cone on a thin brown cylinder.</summary>
    Tree,

    /// <summary>A dome on a pale cylinder.</summary>
    Mushroom,

    /// <summary>A block with a square base.</summary>
    Box,

    /// <summary>An upright circular cylinder.</summary>
    Cylinder,
}
