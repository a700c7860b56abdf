import { describeBoundaries } from './support/boundaries.ts';

describeBoundaries('AddPlacementToleration');
